import type { Device } from "../filesystem/port.ts";
import type { MountEntry } from "../mount/mountinfo.ts";
import type { FileSystem } from "../rules/file-systems.ts";
import { refuse } from "../rules/refuse.ts";
import type { NodeDependencies } from "./dependencies.ts";
import { prepare } from "./prepare.ts";
import type { Publication } from "./publication.ts";
import { isFileSystemOf, isReadOnlyMount, mountAt } from "./published.ts";
import type { NodeVolume } from "./volumes.ts";

/** How a file system is to be shown. */
export interface View {
  readonly fileSystem: FileSystem;
  readonly isReadOnly: boolean;
  /** Without `ro` and `rw`. */
  readonly options: readonly string[];
}

/** Mounts a volume's file system at the target. */
export async function publishFileSystem(
  dependencies: NodeDependencies,
  publication: Publication,
  view: View,
): Promise<void> {
  const { fileSystems, mounts, targets } = dependencies;
  const { volume, target } = publication;
  const present = mountAt(publication.mounts, target);
  if (present !== undefined) return checkPresent(present, volume, view);
  const device = await deviceOf(dependencies, volume);
  const isInUse = publication.mounts.some((mount) => isFileSystemOf(mount, volume));
  const { hasToGrow } = isInUse ? { hasToGrow: false } : await prepare(fileSystems, volume, device, view.fileSystem);
  await targets.makeFolder(target);
  await mounts.mount({ device: device.path, target, fileSystem: view.fileSystem, options: optionsOf(view) });
  await undoUnless(dependencies, target, async () => {
    if (hasToGrow) await fileSystems.grow(device, view.fileSystem, target);
    // of the mount, not of the file system: other pods may write at the same time
    if (view.isReadOnly) await mounts.makeReadOnly(target);
  });
}

/** The device of a volume, under the plugin's own node of it. */
export async function deviceOf({ devices }: NodeDependencies, volume: NodeVolume): Promise<Device> {
  const { id, devMajor, devMinor, attr } = volume;
  const [path, sizeBytes] = [await devices.place(id, devMajor, devMinor), await devices.sizeBytes(devMajor, devMinor)];
  // a thin volume of a pool that zeroes what it gives: lv_attr, lvs(8)
  const readsZero = attr.startsWith("V") && attr.charAt(7) === "z";
  return { path, volumeId: id, sizeBytes, readsZero };
}

function checkPresent(present: MountEntry, volume: NodeVolume, { fileSystem, isReadOnly }: View): void {
  if (!isFileSystemOf(present, volume))
    refuse("target_path", `is a mount of ${present.source} already`, "already-exists");
  if (present.fileSystem !== fileSystem)
    refuse(
      "volume_capability.mount.fs_type",
      `is ${fileSystem}, and ${present.fileSystem} is mounted`,
      "already-exists",
    );
  // a file system that the kernel turned read-only after errors is still the one that was asked for
  const isMountedReadOnly = present.options.includes("ro") || (isReadOnly && isReadOnlyMount(present));
  if (isMountedReadOnly !== isReadOnly)
    refuse("readonly", `is ${isReadOnly}, and the volume is mounted otherwise`, "already-exists");
}

// copies of an xfs have its UUID, which the kernel takes for the same file system
function optionsOf({ fileSystem, options }: View): string[] {
  return fileSystem === "xfs" && !options.includes("nouuid") ? ["nouuid", ...options] : [...options];
}

// half of what was asked for is not left behind
async function undoUnless({ mounts }: NodeDependencies, target: string, finish: () => Promise<void>): Promise<void> {
  try {
    await finish();
  } catch (error) {
    await mounts.unmount(target);
    throw error;
  }
}
