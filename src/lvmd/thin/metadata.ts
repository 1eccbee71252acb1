import { ceilTo } from "../multiples.ts";

/** Metadata of one chunk: lvmthin(7), "64 bytes for each chunk". */
const perChunkBytes = 64n;
const leastChunkBytes = 64n << 10n;
/** LVM makes chunks larger rather than metadata larger than this, where it may choose (lvm.conf(5), `generic` policy). */
const comfortableBytes = 128n << 20n;
const leastMetadataBytes = 2n << 20n;
/** Largest metadata that LVM makes: what the kernel can use, less what older tools crop. */
export const mostMetadataBytes = 16_192n << 20n;

/**
 * Size of a pool's metadata in whole extents.
 * @param chunkBytes undefined where LVM may choose
 */
export function metadataBytesFor(dataBytes: bigint, chunkBytes: bigint | undefined, extentBytes: bigint): bigint {
  const chunk = chunkBytes ?? comfortableChunk(dataBytes);
  const needed = (ceilTo(dataBytes, chunk) / chunk) * perChunkBytes;
  const bounded =
    needed < leastMetadataBytes ? leastMetadataBytes : needed > mostMetadataBytes ? mostMetadataBytes : needed;
  return ceilTo(bounded, extentBytes);
}

function comfortableChunk(dataBytes: bigint): bigint {
  let chunk = leastChunkBytes;
  while ((dataBytes / chunk) * perChunkBytes > comfortableBytes) chunk *= 2n;
  return chunk;
}
