import type { FileSystem } from "../rules/file-systems.ts";

/** Bytes from the start of a device that hold the superblocks of all file systems of ours. */
export const superblockBytes = 68 * 1024;

const ext4At = 1024;
const btrfsAt = 64 * 1024;

/**
 * Size in bytes that a file system's superblock tells.
 * Sources: kernel documentation, ext4 "Super Block" (s_blocks_count_lo 0x4, _hi 0x150, s_log_block_size 0x18); "XFS
 * Algorithms & Data Structures" (sb_blocksize 4, sb_dblocks 8); btrfs "On-disk Format" (total_bytes 0x70).
 */
export function superblockSize(fileSystem: FileSystem, head: Buffer): bigint | undefined {
  if (head.length < superblockBytes) return undefined;
  switch (fileSystem) {
    case "ext4": {
      if (head.readUInt16LE(ext4At + 0x38) !== 0xef53) return undefined;
      const blocks = (BigInt(head.readUInt32LE(ext4At + 0x150)) << 32n) | BigInt(head.readUInt32LE(ext4At + 4));
      return blocks * (1024n << BigInt(head.readUInt32LE(ext4At + 0x18) & 31));
    }
    case "xfs":
      if (head.toString("latin1", 0, 4) !== "XFSB") return undefined;
      return head.readBigUInt64BE(8) * BigInt(head.readUInt32BE(4));
    case "btrfs":
      if (head.toString("latin1", btrfsAt + 0x40, btrfsAt + 0x48) !== "_BHRfS_M") return undefined;
      return head.readBigUInt64LE(btrfsAt + 0x70);
  }
}
