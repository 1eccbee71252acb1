import { NativestorError } from "../../base/errors.ts";
import type { LogicalVolume } from "../../cluster/objects/logical-volume.ts";
import type { ControllerExpandVolumeRequest, ControllerExpandVolumeResponse } from "../../gen/csi.ts";
import { readAccess } from "../rules/access.ts";
import { checkId } from "../rules/identifier.ts";
import { refuse } from "../rules/refuse.ts";
import { sizeOf } from "../rules/size.ts";
import { failureOf, isResized } from "../volumes/outcome.ts";
import type { ControllerDependencies } from "./dependencies.ts";
import { requireKind } from "./find.ts";
import { reserveForGrowth } from "./reserve.ts";

/** Has a volume grown to what is required, and answers when its node has done so. */
export async function expandVolume(
  dependencies: ControllerDependencies,
  request: ControllerExpandVolumeRequest,
  signal: AbortSignal,
): Promise<ControllerExpandVolumeResponse> {
  const { volumes } = dependencies;
  const id = checkId(request.volumeId, "volume_id");
  if (request.capacityRange === undefined) refuse("capacity_range", "is missing");
  const isBlock = request.volumeCapability !== undefined && readAccess(request.volumeCapability).kind === "block";
  const volume = await requireKind(volumes, "volume", id, "volume_id");
  const currentBytes = volume.currentBytes ?? volume.wantedBytes;
  const sizeBytes = sizeOf(request.capacityRange);
  const { limitBytes } = request.capacityRange;
  if (limitBytes > 0n && currentBytes > limitBytes)
    refuse(
      "capacity_range.limit_bytes",
      `is ${limitBytes}, and the volume has ${currentBytes} already`,
      "out-of-range",
    );
  const answer = (capacityBytes: bigint) => ({ capacityBytes, nodeExpansionRequired: !isBlock });
  if (sizeBytes <= currentBytes) {
    // an earlier, larger wish that could not be fulfilled is taken back
    if (volume.wantedBytes > currentBytes) await volumes.resize(volume, currentBytes);
    return answer(currentBytes);
  }
  await reserve(dependencies, volume, sizeBytes, signal);
  await volumes.resize(volume, sizeBytes);
  const state = await volumes.until(volume, (now) => now === undefined || isResized(now, sizeBytes), signal);
  if (state === undefined) throw new NativestorError("not-found", `volume_id: ${id} was removed meanwhile`);
  if (state.code !== 0) throw asRange(failureOf(state));
  return answer(state.currentBytes ?? sizeBytes);
}

// a growth that is under way, or waits for its node, has its room
async function reserve(
  dependencies: ControllerDependencies,
  volume: LogicalVolume,
  sizeBytes: bigint,
  signal: AbortSignal,
): Promise<void> {
  if (volume.code === 0 && volume.wantedBytes >= sizeBytes) return;
  try {
    await reserveForGrowth(dependencies, volume, sizeBytes, signal);
  } catch (error) {
    throw asRange(NativestorError.from(error));
  }
}

/**
 * Lack of room as OUT_OF_RANGE: a volume cannot leave its node, so this size is none that it can have for now. csi-resizer lets
 * a smaller wish take the place of a larger one after this code only; RESOURCE_EXHAUSTED has it ask for the larger one for ever.
 */
function asRange(failure: NativestorError): NativestorError {
  if (failure.code !== "resource-exhausted") return failure;
  return new NativestorError("out-of-range", failure.message, { cause: failure });
}
