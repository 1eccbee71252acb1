import type { SnapshotStore } from "./config/device-class.ts";
import { ceilTo, shareOf } from "./multiples.ts";

/** What a copy-on-write store is cut into: lvcreate's default chunk for snapshots. */
const chunkBytes = 4096n;
/** Chunks whose place one chunk of a store's index holds, at 16 bytes each. */
const chunksPerIndex = chunkBytes / 16n;

/**
 * Bytes beyond which a thick snapshot's store is of no use: every chunk of its source, their index, and a header, in whole
 * extents. lvcreate cuts a larger one down to this ("maximum usable size"), and one of this size never runs full.
 */
export function fullStoreBytes(sourceBytes: bigint, extentBytes: bigint): bigint {
  const chunks = ceilTo(sourceBytes, chunkBytes) / chunkBytes;
  const index = ceilTo(chunks, chunksPerIndex) / chunksPerIndex;
  return ceilTo((chunks + index + 1n) * chunkBytes, extentBytes);
}

/** Size of a thick snapshot's store by the class's policy, in whole extents, at least one. */
export function storeBytesFor(
  policy: SnapshotStore,
  { askedBytes, sourceBytes, extentBytes }: { askedBytes: bigint; sourceBytes: bigint; extentBytes: bigint },
): bigint {
  const most = fullStoreBytes(sourceBytes, extentBytes);
  if (policy === "full") return most;
  const wanted = policy === "asked" ? askedBytes : shareOf(sourceBytes, policy.percent);
  const whole = wanted <= extentBytes ? extentBytes : ceilTo(wanted, extentBytes);
  return whole < most ? whole : most;
}
