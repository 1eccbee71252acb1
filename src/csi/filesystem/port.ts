import type { FileSystem } from "../rules/file-systems.ts";

/** What is on a device. */
export type Content =
  /** Nothing that anybody wrote. */
  | { readonly kind: "blank" }
  | {
      readonly kind: "file-system";
      /** As blkid calls it: one of ours, or another one. */
      readonly type: string;
      readonly uuid: string | undefined;
      /** Undefined where the superblock does not tell. */
      readonly sizeBytes: bigint | undefined;
    }
  /** Data, but no file system that can be mounted. */
  | { readonly kind: "other"; readonly what: string };

/** A volume's device. */
export interface Device {
  readonly path: string;
  readonly volumeId: string;
  readonly sizeBytes: bigint;
  /** Every byte that nobody wrote reads as zero, as on a thin volume. */
  readonly readsZero: boolean;
}

/** What is done to file systems. One real implementation, `linux.ts`, and one in memory for tests. */
export interface FileSystems {
  inspect(device: Device): Promise<Content>;
  /** Makes a file system on a blank device. Interrupted, `inspect` finds the device blank again. */
  format(device: Device, fileSystem: FileSystem): Promise<void>;
  /** Repairs what can be repaired without asking. @throws NativestorError `failed-precondition` where it needs a person */
  check(device: Device, fileSystem: FileSystem): Promise<void>;
  /** Gives a copy an identity of its own, where the kernel tells file systems apart by it. */
  renew(device: Device, fileSystem: FileSystem, uuid: string | undefined): Promise<void>;
  /** Grows a mounted file system to its device; nothing happens where it is as large. */
  grow(device: Device, fileSystem: FileSystem, mountPoint: string): Promise<void>;
}
