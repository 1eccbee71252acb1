import type { NodePublishVolumeRequest } from "../../gen/csi.ts";
import { type Access, readAccess } from "../rules/access.ts";
import { checkId } from "../rules/identifier.ts";
import { readMountOptions } from "../rules/mount-options.ts";
import { checkPath } from "../rules/paths.ts";
import { refuse } from "../rules/refuse.ts";
import type { NodeDependencies } from "./dependencies.ts";
import { requireVolume } from "./find.ts";
import type { Publication } from "./publication.ts";
import { publishBlock } from "./publish-block.ts";
import { publishFileSystem } from "./publish-file-system.ts";
import { isBlockOf, isFileSystemOf } from "./published.ts";

/** Shows a volume to a pod: as a file system, which is made on a blank volume, or as a raw device. Twice is once. */
export async function publish(dependencies: NodeDependencies, request: NodePublishVolumeRequest): Promise<void> {
  const { targets, mounts } = dependencies;
  const id = checkId(request.volumeId, "volume_id");
  const path = checkPath(request.targetPath, "target_path");
  const access = readAccess(request.volumeCapability);
  const flags = access.kind === "mount" ? access.mountFlags : [];
  const { isReadOnly, options } = readMountOptions(flags, request.readonly || access.isReadOnly);
  const volume = await requireVolume(dependencies, id);
  await checkTarget(dependencies, access, path);
  const publication = { volume, target: (await targets.resolve(path)) ?? path, mounts: await mounts.list() };
  checkExclusive(publication, access);
  if (access.kind === "block") await publishBlock(dependencies, publication);
  else await publishFileSystem(dependencies, publication, { fileSystem: access.fileSystem, isReadOnly, options });
}

// kubelet makes none of them: what is there is from before, or somebody's trap
async function checkTarget({ targets }: NodeDependencies, access: Access, path: string): Promise<void> {
  const kind = await targets.kind(path);
  if (kind === "symlink") refuse("target_path", "is a symbolic link");
  const possible = access.kind === "block" ? ["nothing", "file", "block-device"] : ["nothing", "folder"];
  if (!possible.includes(kind)) refuse("target_path", `is a ${kind} already`, "failed-precondition");
}

function checkExclusive({ mounts, volume, target }: Publication, access: Access): void {
  if (!access.isExclusive) return;
  const own = mounts.filter((mount) => isFileSystemOf(mount, volume) || isBlockOf(mount, volume.id));
  // where the pod has it already, kubelet may have bound it to other paths for the same pod
  if (own.some(({ mountPoint }) => mountPoint === target)) return;
  const [other] = own;
  if (other !== undefined)
    refuse(
      "volume_capability.access_mode",
      `is for a single pod, and the volume is in use at ${other.mountPoint}`,
      "failed-precondition",
    );
}
