import { quoted, refuse } from "./refuse.ts";

/** File systems that are made and grown. */
export const fileSystems = ["ext4", "xfs", "btrfs"] as const;
export type FileSystem = (typeof fileSystems)[number];

const defaultFileSystem: FileSystem = "ext4";

const mebibyte = 1n << 20n;

/** Least sizes of volumes in bytes, by what is on them. */
export type LeastSizes = Readonly<Record<FileSystem | "block", bigint>>;

/** What mkfs can work with: mkfs.xfs refuses less than 300 MiB, btrfs needs room for its chunks. A raw device needs nothing. */
export const defaultLeastSizes: LeastSizes = {
  ext4: 32n * mebibyte,
  xfs: 300n * mebibyte,
  btrfs: 200n * mebibyte,
  block: 0n,
};

/** Reads a file system's name; the empty one stands for ext4. @throws NativestorError `invalid-argument` naming `field` */
export function fileSystemOf(name: string, field: string): FileSystem {
  if (name === "") return defaultFileSystem;
  const known = fileSystems.find((one) => one === name);
  return known ?? refuse(field, `is ${quoted(name)}, must be one of ${fileSystems.join(", ")}`);
}
