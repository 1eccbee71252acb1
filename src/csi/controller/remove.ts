import type { LogicalVolumes } from "../volumes/port.ts";
import { failureOf } from "../volumes/outcome.ts";
import { type Kind, findKind } from "./find.ts";

/**
 * Removes a volume or snapshot and answers when it is gone from its node; one that does not exist is gone already.
 * @throws NativestorError of the node's own code where it could not remove it
 */
export async function removeKind(
  volumes: LogicalVolumes,
  kind: Kind,
  id: string,
  field: string,
  signal: AbortSignal,
): Promise<void> {
  const volume = await findKind(volumes, kind, id, field);
  if (volume === undefined) return;
  await volumes.remove(volume);
  const state = await volumes.until(volume, (now) => now === undefined || (now.isLeaving && now.code !== 0), signal);
  if (state !== undefined) throw failureOf(state);
}
