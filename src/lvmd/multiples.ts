/** The next multiple of `unit` that is not below `value`. */
export function ceilTo(value: bigint, unit: bigint): bigint {
  return ((value + unit - 1n) / unit) * unit;
}

/** The last multiple of `unit` that is not above `value`, and not below 0. */
export function floorTo(value: bigint, unit: bigint): bigint {
  return value <= 0n ? 0n : (value / unit) * unit;
}

/** A share of a size, rounded down to bytes. `percent` is taken to a thousandth. */
export function shareOf(bytes: bigint, percent: number): bigint {
  return (bytes * BigInt(Math.round(percent * 1000))) / 100_000n;
}
