import type { NodeUnpublishVolumeRequest } from "../../gen/csi.ts";
import type { MountEntry } from "../mount/mountinfo.ts";
import { checkId } from "../rules/identifier.ts";
import { checkPath } from "../rules/paths.ts";
import { refuse } from "../rules/refuse.ts";
import type { NodeDependencies } from "./dependencies.ts";
import { isBlockOf, isFileSystemOf, isNamedAfter, mountAt } from "./published.ts";
import type { NodeVolume } from "./volumes.ts";

/**
 * Takes a volume away from a pod: whatever of it is mounted at the target, and the target itself. A volume that is gone
 * from the node is still unmounted; what is somebody else's is not.
 */
export async function unpublish(dependencies: NodeDependencies, request: NodeUnpublishVolumeRequest): Promise<void> {
  const { volumes, targets, mounts, devices } = dependencies;
  const id = checkId(request.volumeId, "volume_id");
  const path = checkPath(request.targetPath, "target_path");
  const target = await targets.resolve(path);
  if (target === undefined) return;
  if ((await targets.kind(target)) === "symlink") refuse("target_path", "is a symbolic link");
  const volume = await volumes.find(id);
  for (let top = mountAt(await mounts.list(), target); top !== undefined; top = mountAt(await mounts.list(), target)) {
    if (!belongs(top, id, volume))
      refuse("target_path", `is a mount of ${top.source}, not of this volume`, "failed-precondition");
    await mounts.unmount(target);
  }
  await removeTarget(dependencies, target);
  const isInUse = (await mounts.list()).some((mount) => belongs(mount, id, volume));
  if (!isInUse) await devices.remove(id);
}

function belongs(mount: MountEntry, id: string, volume: NodeVolume | undefined): boolean {
  if (isBlockOf(mount, id) || isNamedAfter(mount, id)) return true;
  return volume !== undefined && isFileSystemOf(mount, volume);
}

async function removeTarget({ targets }: NodeDependencies, target: string): Promise<void> {
  switch (await targets.kind(target)) {
    case "nothing":
      return;
    case "folder":
      return targets.removeFolder(target);
    default:
      return targets.removeFile(target);
  }
}
