import type { Amount, PoolGrowth } from "../config/device-class.ts";
import { ceilTo, floorTo, shareOf } from "../multiples.ts";
import type { PoolRoom, PoolSizes } from "./create.ts";
import { mostMetadataBytes } from "./metadata.ts";

/** A pool as it is. */
export interface PoolLevel extends PoolSizes {
  /** Fill levels, 0 to 100. */
  readonly dataPercent: number;
  readonly metadataPercent: number;
}

/** Metadata grows by this where data grows by a size, which says nothing about metadata. */
const metadataBy = { percent: 20 };

/**
 * Sizes that a pool grows to now; undefined where it stays as it is: its levels are below their thresholds, it has its
 * limit, or nothing is free. Metadata goes first, as a pool without it fails as a whole, and counts twice, as LVM keeps a
 * spare as large.
 */
export function growthOf(
  rule: PoolGrowth,
  pool: PoolLevel,
  { freeBytes, extentBytes }: PoolRoom,
): PoolSizes | undefined {
  const moreMetadata =
    pool.metadataPercent < rule.metadataPercent
      ? 0n
      : least(
          stepOf("bytes" in rule.by ? metadataBy : rule.by, pool.metadataBytes, extentBytes),
          floorTo(mostMetadataBytes - pool.metadataBytes, extentBytes),
          floorTo(freeBytes / 2n, extentBytes),
        );
  const moreData =
    pool.dataPercent < rule.dataPercent
      ? 0n
      : least(
          stepOf(rule.by, pool.dataBytes, extentBytes),
          floorTo((rule.limitBytes ?? pool.dataBytes + freeBytes) - pool.dataBytes, extentBytes),
          floorTo(freeBytes - 2n * moreMetadata, extentBytes),
        );
  if (moreMetadata === 0n && moreData === 0n) return undefined;
  return { dataBytes: pool.dataBytes + moreData, metadataBytes: pool.metadataBytes + moreMetadata };
}

/** Whole extents, at least one. */
function stepOf(by: Amount, ofBytes: bigint, extentBytes: bigint): bigint {
  const bytes = "bytes" in by ? by.bytes : shareOf(ofBytes, by.percent);
  return bytes <= extentBytes ? extentBytes : ceilTo(bytes, extentBytes);
}

function least(...values: readonly [bigint, ...bigint[]]): bigint {
  return values.reduce((least, value) => (value < least ? value : least));
}
