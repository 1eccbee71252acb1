/** What a volume group is cut into: LVM's default extent. */
export const extentBytes = 4n << 20n;

/** Whole extents that hold so many bytes. */
export function extentsFor(bytes: bigint): number {
  return Number((bytes + extentBytes - 1n) / extentBytes);
}

/** Whole extents that so many bytes hold. */
export function extentsWithin(bytes: bigint): number {
  return Number(bytes / extentBytes);
}

export function bytesOf(extents: number): bigint {
  return BigInt(extents) * extentBytes;
}
