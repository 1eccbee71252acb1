import { annotationClass } from "../../capacity/device-class.ts";
import type { LogicalVolume } from "../../cluster/objects/logical-volume.ts";
import type { ControllerDependencies } from "./dependencies.ts";

type Means = Pick<ControllerDependencies, "room">;

/** Has room held for a snapshot or clone, which is to be where its source is. @throws NativestorError as `Room` says */
export async function reserveForCopy(
  { room }: Means,
  name: string,
  source: LogicalVolume,
  sizeBytes: bigint,
  signal: AbortSignal,
): Promise<void> {
  const sizes = { moreBytes: sizeBytes, wantedBytes: sizeBytes };
  await room.reserve({ name, ...sizes, isNew: true, ...placeOf(source) }, signal);
}

/** As `reserveForCopy`, for what a volume grows by. */
export async function reserveForGrowth(
  { room }: Means,
  volume: LogicalVolume,
  sizeBytes: bigint,
  signal: AbortSignal,
): Promise<void> {
  const { name, currentBytes = 0n } = volume;
  const sizes = { moreBytes: sizeBytes - currentBytes, wantedBytes: sizeBytes };
  await room.reserve({ name, ...sizes, isNew: false, ...placeOf(volume) }, signal);
}

function placeOf({ nodeName, deviceClass }: LogicalVolume) {
  return { deviceClass: annotationClass(deviceClass), possible: new Set([nodeName]), preferred: [] };
}
