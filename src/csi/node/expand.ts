import { NativestorError } from "../../base/errors.ts";
import type { NodeExpandVolumeRequest, NodeExpandVolumeResponse } from "../../gen/csi.ts";
import { readAccess } from "../rules/access.ts";
import { fileSystemOf } from "../rules/file-systems.ts";
import { checkId } from "../rules/identifier.ts";
import { refuse } from "../rules/refuse.ts";
import { sizeOf } from "../rules/size.ts";
import type { NodeDependencies } from "./dependencies.ts";
import { requireVolume } from "./find.ts";
import { deviceOf } from "./publish-file-system.ts";
import { isBlockOf, isReadOnlyMount } from "./published.ts";
import { requirePublished } from "./require-published.ts";

/** Grows the file system of a volume that has grown; a raw device shows its new size by itself. */
export async function expand(
  dependencies: NodeDependencies,
  request: NodeExpandVolumeRequest,
): Promise<NodeExpandVolumeResponse> {
  const id = checkId(request.volumeId, "volume_id");
  if (request.volumePath === "") refuse("volume_path", "is missing");
  if (request.volumeCapability !== undefined) readAccess(request.volumeCapability);
  const wantedBytes = request.capacityRange === undefined ? 0n : sizeOf(request.capacityRange);
  const volume = await requireVolume(dependencies, id);
  const mount = await requirePublished(dependencies, volume, request.volumePath);
  const device = await deviceOf(dependencies, volume);
  if (request.capacityRange && request.capacityRange.requiredBytes > 0n && device.sizeBytes < wantedBytes)
    refuse("capacity_range.required_bytes", `is more than the ${device.sizeBytes} bytes of the volume`, "out-of-range");
  const answer = { capacityBytes: device.sizeBytes };
  if (isBlockOf(mount, id)) return answer;
  if (isReadOnlyMount(mount))
    throw new NativestorError("failed-precondition", `${mount.mountPoint} is read-only: its file system cannot grow`);
  const fileSystem = fileSystemOf(mount.fileSystem, "volume_path");
  await dependencies.fileSystems.grow(device, fileSystem, mount.mountPoint);
  return answer;
}
