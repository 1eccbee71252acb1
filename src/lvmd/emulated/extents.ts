/** What a volume group is cut into: LVM's default extent. */
const extentBytes = 4n << 20n;

/** What a copy-on-write store is cut into: LVM's default chunk. */
const chunkBytes = 4096n;
/** Chunks whose place one chunk of a store's index holds, at 16 bytes each. */
const chunksPerIndex = chunkBytes / 16n;

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

/** Extents beyond which a copy-on-write store is of no use: all of its source, the index and a header; lvcreate cuts down to it. */
export function mostStoreExtents(sourceExtents: number): number {
  const chunks = bytesOf(sourceExtents) / chunkBytes;
  const index = (chunks + chunksPerIndex - 1n) / chunksPerIndex;
  return extentsFor((chunks + index + 1n) * chunkBytes);
}
