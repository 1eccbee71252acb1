import { NativestorError } from "../../base/errors.ts";
import type { LogicalVolume } from "../../cluster/objects/logical-volume.ts";
import { isSnapshot } from "../rules/copy.ts";
import { quoted } from "../rules/refuse.ts";
import type { LogicalVolumes } from "../volumes/port.ts";

/** What an id is thought to name. */
export type Kind = "volume" | "snapshot";

/**
 * The LogicalVolume of an id; undefined where there is none.
 * @throws NativestorError `invalid-argument` where it is of the other kind
 */
export async function findKind(
  volumes: LogicalVolumes,
  kind: Kind,
  id: string,
  field: string,
): Promise<LogicalVolume | undefined> {
  const volume = await volumes.find(id);
  if (volume === undefined || isSnapshot(volume) === (kind === "snapshot")) return volume;
  const is = kind === "volume" ? "a snapshot, and no volume" : "a volume, and no snapshot";
  throw new NativestorError("invalid-argument", `${field}: ${quoted(id)} is ${is}`);
}

/** As `findKind`. @throws NativestorError `not-found` where there is none, or it is being removed */
export async function requireKind(volumes: LogicalVolumes, kind: Kind, id: string, field: string) {
  const volume = await findKind(volumes, kind, id, field);
  if (volume === undefined) throw new NativestorError("not-found", `${field}: there is no ${kind} ${quoted(id)}`);
  if (volume.isLeaving) throw new NativestorError("not-found", `${field}: ${kind} ${quoted(id)} is being removed`);
  return volume;
}
