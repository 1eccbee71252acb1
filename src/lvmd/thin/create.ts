import { NativestorError } from "../../base/errors.ts";
import type { PoolCreation } from "../config/device-class.ts";
import { ceilTo, floorTo, shareOf } from "../multiples.ts";
import { metadataBytesFor } from "./metadata.ts";

/** Sizes of a pool that is to be made, in whole extents. */
export interface PoolSizes {
  readonly dataBytes: bigint;
  readonly metadataBytes: bigint;
}

/** What a pool is made in: free room with the spare room taken off. */
export interface PoolRoom {
  readonly freeBytes: bigint;
  readonly extentBytes: bigint;
}

/**
 * Sizes of a new pool. Beside its data and metadata LVM keeps a spare as large as the metadata, for repairs; a share of the
 * free room is cut down so that all three fit.
 * @throws NativestorError `resource-exhausted` with the figures
 */
export function planPool({ size, metadataBytes, chunkBytes }: PoolCreation, room: PoolRoom): PoolSizes {
  const { freeBytes, extentBytes } = room;
  const wanted =
    "bytes" in size ? ceilTo(size.bytes, extentBytes) : floorTo(shareOf(freeBytes, size.percent), extentBytes);
  const metadata =
    metadataBytes === undefined
      ? metadataBytesFor(wanted, chunkBytes, extentBytes)
      : ceilTo(metadataBytes, extentBytes);
  const most = floorTo(freeBytes - 2n * metadata, extentBytes);
  const dataBytes = "percent" in size && wanted > most ? most : wanted;
  if (dataBytes > 0n && dataBytes <= most) return { dataBytes, metadataBytes: metadata };
  throw new NativestorError(
    "resource-exhausted",
    `a thin pool of ${wanted} bytes with twice ${metadata} bytes of metadata is to be made, ${freeBytes} bytes are free`,
  );
}
