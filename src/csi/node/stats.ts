import {
  type NodeGetVolumeStatsRequest,
  type NodeGetVolumeStatsResponse,
  VolumeUsage_Unit as Unit,
  type VolumeUsage,
} from "../../gen/csi.ts";
import type { Usage } from "../mount/usage.ts";
import { checkId } from "../rules/identifier.ts";
import { refuse } from "../rules/refuse.ts";
import { conditionOf } from "./condition.ts";
import type { NodeDependencies } from "./dependencies.ts";
import { requireVolume } from "./find.ts";
import { isBlockOf } from "./published.ts";
import { requirePublished } from "./require-published.ts";

/** How full a volume is and how well: as df tells it, and as lvmd and the kernel do. */
export async function stats(
  dependencies: NodeDependencies,
  request: NodeGetVolumeStatsRequest,
): Promise<NodeGetVolumeStatsResponse> {
  const { devices, readUsage } = dependencies;
  const id = checkId(request.volumeId, "volume_id");
  if (request.volumePath === "") refuse("volume_path", "is missing");
  const volume = await requireVolume(dependencies, id);
  const mount = await requirePublished(dependencies, volume, request.volumePath);
  const turnedReadOnly = mount.options.includes("rw") && mount.superOptions.includes("ro");
  const volumeCondition = conditionOf(volume.attr, turnedReadOnly);
  if (isBlockOf(mount, id)) {
    const total = await devices.sizeBytes(volume.devMajor, volume.devMinor);
    return { usage: [{ unit: Unit.BYTES, total, available: 0n, used: 0n }], volumeCondition };
  }
  return { usage: usageOf(await readUsage(mount.mountPoint)), volumeCondition };
}

function usageOf(usage: Usage): VolumeUsage[] {
  const { totalBytes: total, usedBytes: used, availableBytes: available, totalInodes, freeInodes } = usage;
  const bytes = { unit: Unit.BYTES, total, used, available };
  // btrfs makes inodes as it needs them and counts none
  if (totalInodes === 0n) return [bytes];
  const inodes = { unit: Unit.INODES, total: totalInodes, used: totalInodes - freeInodes, available: freeInodes };
  return [bytes, inodes];
}
