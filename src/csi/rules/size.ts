import { defaultRequestBytes } from "../../capacity/demand.ts";
import { formatBytes } from "../../capacity/quantity.ts";
import type { CapacityRange } from "../../gen/csi.ts";
import { refuse } from "./refuse.ts";

/** Sizes are multiples of this, the page size: no file system can use less of a device. */
export const sizeUnitBytes = 4096n;
/** Largest size on the wire, an int64, that is such a multiple. */
const maxSizeBytes = 2n ** 63n - sizeUnitBytes;

/** What a size may not be below, beside what is asked; both only raise. */
export interface LeastSize {
  /** The file system needs this much. */
  readonly fileSystemBytes: bigint;
  /** Size of the volume or snapshot that is copied; 0 where there is none. */
  readonly sourceBytes: bigint;
}

const noLeast: LeastSize = { fileSystemBytes: 0n, sourceBytes: 0n };

/**
 * Size that a range asks for: what is required, rounded up to 4096 bytes; 1 GiB, or the limit where that is less, where
 * nothing is required; not below `least`.
 * @throws NativestorError `invalid-argument` where the range makes no sense, `out-of-range` where file system,
 * source or an int64 leave no size within it
 */
export function sizeOf(range: CapacityRange | undefined, least: LeastSize = noLeast): bigint {
  const { requiredBytes, limitBytes } = checkRange(range);
  if (requiredBytes > 0n && requiredBytes < least.sourceBytes)
    refuse(
      "capacity_range.required_bytes",
      `is ${requiredBytes}, and the source has ${least.sourceBytes}: ask for at least as much`,
      "out-of-range",
    );
  const asked = requiredBytes > 0n ? roundUp(requiredBytes) : defaultSize(limitBytes);
  if (limitBytes > 0n && asked > limitBytes)
    refuse(
      "capacity_range.limit_bytes",
      `is ${limitBytes}, below the required ${requiredBytes} bytes rounded up to ${asked}: sizes are multiples of ${sizeUnitBytes}`,
    );
  const sizeBytes = largest(asked, roundUp(least.fileSystemBytes), roundUp(least.sourceBytes));
  if (limitBytes > 0n && sizeBytes > limitBytes)
    refuse(
      "capacity_range.limit_bytes",
      `is ${limitBytes}, and the volume needs ${sizeBytes} (${formatBytes(sizeBytes, "up")})`,
      "out-of-range",
    );
  return sizeBytes;
}

/** A range lets a volume of this size pass. */
export function allowsSize(range: CapacityRange | undefined, sizeBytes: bigint): boolean {
  const { requiredBytes, limitBytes } = checkRange(range);
  return sizeBytes >= requiredBytes && (limitBytes === 0n || sizeBytes <= limitBytes);
}

function checkRange(range: CapacityRange | undefined): CapacityRange {
  const { requiredBytes = 0n, limitBytes = 0n } = range ?? {};
  if (requiredBytes < 0n) refuse("capacity_range.required_bytes", `is ${requiredBytes}, must not be negative`);
  if (limitBytes < 0n) refuse("capacity_range.limit_bytes", `is ${limitBytes}, must not be negative`);
  if (limitBytes > 0n && limitBytes < sizeUnitBytes)
    refuse("capacity_range.limit_bytes", `is ${limitBytes}, must be at least ${sizeUnitBytes}`);
  if (limitBytes > 0n && limitBytes < requiredBytes)
    refuse("capacity_range.limit_bytes", `is ${limitBytes}, below the required ${requiredBytes} bytes`);
  if (requiredBytes > maxSizeBytes)
    refuse(
      "capacity_range.required_bytes",
      `is ${requiredBytes}, at most ${maxSizeBytes} are possible`,
      "out-of-range",
    );
  return { requiredBytes, limitBytes };
}

function defaultSize(limitBytes: bigint): bigint {
  if (limitBytes === 0n || limitBytes >= defaultRequestBytes) return defaultRequestBytes;
  return limitBytes - (limitBytes % sizeUnitBytes);
}

function roundUp(bytes: bigint): bigint {
  return ((bytes + sizeUnitBytes - 1n) / sizeUnitBytes) * sizeUnitBytes;
}

function largest(...sizes: readonly bigint[]): bigint {
  return sizes.reduce((most, size) => (size > most ? size : most), 0n);
}
