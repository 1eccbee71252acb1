import type { SnapshotStore } from "../config/device-class.ts";

/** What a copy-on-write store is cut into: lvcreate's default chunk for snapshots. */
const chunkBytes = 4096n;
/** Chunks whose place one chunk of a store's index holds, at 16 bytes each. */
const chunksPerIndex = chunkBytes / 16n;

/**
 * Bytes beyond which a thick snapshot's store is of no use: every chunk of its source, their index, and a header, in whole
 * extents. lvcreate cuts a larger one down to this ("maximum usable size"), and one of this size never runs full.
 */
export function fullStoreBytes(sourceBytes: bigint, extentBytes: bigint): bigint {
  const chunks = ceil(sourceBytes, chunkBytes);
  const all = (chunks + ceil(chunks, chunksPerIndex) + 1n) * chunkBytes;
  return ceil(all, extentBytes) * extentBytes;
}

/** Bytes of a thick snapshot's store by the policy of its class, in whole extents and no more than can be used. */
export function storeBytesOf(
  policy: SnapshotStore,
  askedBytes: bigint,
  sourceBytes: bigint,
  extentBytes: bigint,
): bigint {
  const most = fullStoreBytes(sourceBytes, extentBytes);
  if (policy === "full") return most;
  // a share is a decimal number: thousandths of a percent are exact enough for extents
  const share = policy === "asked" ? askedBytes : (sourceBytes * BigInt(Math.round(policy.percent * 1000))) / 100_000n;
  const whole = ceil(share > 0n ? share : 1n, extentBytes) * extentBytes;
  return whole < most ? whole : most;
}

function ceil(value: bigint, unit: bigint): bigint {
  return (value + unit - 1n) / unit;
}
