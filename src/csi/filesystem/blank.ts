/** Part of a device, in bytes. */
export interface Area {
  readonly start: bigint;
  readonly bytes: bigint;
}

const mebibyte = 1n << 20n;

/** lvcreate zeroes this much of every new volume; whatever follows may be what a former volume left there. */
const zeroedBytes = 4096n;

/** Mirrors of btrfs's superblock: "On-disk Format", Superblock. */
const btrfsMirrors = [64n * mebibyte, 256n << 30n] as const;
const btrfsMirrorBytes = 4096n;

/**
 * Areas that read as zero on a device that nobody wrote to: where superblocks are, at both ends and at btrfs's mirrors.
 * Of a thick volume only what lvcreate zeroed can be relied on.
 */
export function blankAreas(sizeBytes: bigint, readsZero: boolean): Area[] {
  if (!readsZero) return clip({ start: 0n, bytes: zeroedBytes }, sizeBytes);
  return [
    { start: 0n, bytes: mebibyte },
    ...btrfsMirrors.map((start) => ({ start, bytes: btrfsMirrorBytes })),
    { start: sizeBytes > mebibyte ? sizeBytes - mebibyte : 0n, bytes: mebibyte },
  ].flatMap((area) => clip(area, sizeBytes));
}

function clip({ start, bytes }: Area, sizeBytes: bigint): Area[] {
  if (start >= sizeBytes) return [];
  return [{ start, bytes: start + bytes > sizeBytes ? sizeBytes - start : bytes }];
}
