import { basename } from "node:path";
import type { MountEntry } from "../mount/mountinfo.ts";
import type { NodeVolume } from "./volumes.ts";

/** The topmost mount at a path. */
export function mountAt(mounts: readonly MountEntry[], path: string): MountEntry | undefined {
  return mounts.findLast(({ mountPoint }) => mountPoint === path);
}

/** A mount shows a volume as a raw device: the plugin's node of it, bound to a file. */
export function isBlockOf(mount: MountEntry, volumeId: string): boolean {
  // the kernel marks a node that was made anew since
  return basename(mount.root.replace(/\/\/deleted$/, "")) === volumeId;
}

/** A mount shows a volume's file system. */
export function isFileSystemOf(mount: MountEntry, volume: Pick<NodeVolume, "id" | "devMajor" | "devMinor">): boolean {
  return mount.device === `${volume.devMajor}:${volume.devMinor}` || isNamedAfter(mount, volume.id);
}

/** A mount's source is the plugin's node of a volume; enough where the volume itself is gone. */
export function isNamedAfter(mount: MountEntry, volumeId: string): boolean {
  return mount.source.startsWith("/") && basename(mount.source) === volumeId;
}

/** Nobody can write through this mount. */
export function isReadOnlyMount({ options, superOptions }: MountEntry): boolean {
  return options.includes("ro") || superOptions.includes("ro");
}
