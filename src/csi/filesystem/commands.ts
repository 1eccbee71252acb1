import type { FileSystem } from "../rules/file-systems.ts";
import type { Device } from "./port.ts";

/** A command and its arguments. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Prints the version of a file system's mkfs. */
export const versionCommands: Readonly<Record<FileSystem, Command>> = {
  ext4: { command: "mkfs.ext4", args: ["-V"] },
  xfs: { command: "mkfs.xfs", args: ["-V"] },
  btrfs: { command: "mkfs.btrfs", args: ["--version"] },
};

/** Makes a file system, whatever an interrupted attempt left. No blocks are kept for root: no system runs from here. */
export function formatCommand(fileSystem: FileSystem, device: Device, features: readonly string[]): Command {
  switch (fileSystem) {
    case "ext4":
      return { command: "mkfs.ext4", args: ["-q", "-F", "-m", "0", ...features, device.path] };
    case "xfs":
      return { command: "mkfs.xfs", args: ["-q", "-f", ...features, device.path] };
    case "btrfs": {
      const identity = uuid.test(device.volumeId) ? ["-U", device.volumeId] : [];
      return { command: "mkfs.btrfs", args: ["-q", "-f", ...identity, ...features, device.path] };
    }
  }
}

/**
 * Gives a copy of a btrfs the volume's id as its own: the kernel takes two with one id for parts of one file system.
 * xfs is mounted with `nouuid` instead, and ext4 does not mind.
 */
export function renewCommand(fileSystem: FileSystem, device: Device, present: string | undefined): Command | undefined {
  if (fileSystem !== "btrfs" || present === device.volumeId || !uuid.test(device.volumeId)) return undefined;
  return { command: "btrfstune", args: ["-f", "-M", device.volumeId, device.path] };
}

/** Repairs what is safe to repair. xfs and btrfs replay their logs when they are mounted. */
export function checkCommand(fileSystem: FileSystem, device: Device): Command | undefined {
  return fileSystem === "ext4" ? { command: "e2fsck", args: ["-p", device.path] } : undefined;
}

/** Grows a mounted file system to its device. */
export function growCommand(fileSystem: FileSystem, device: Device, mountPoint: string): Command {
  switch (fileSystem) {
    case "ext4":
      return { command: "resize2fs", args: [device.path] };
    case "xfs":
      return { command: "xfs_growfs", args: [mountPoint] };
    case "btrfs":
      return { command: "btrfs", args: ["filesystem", "resize", "max", mountPoint] };
  }
}
