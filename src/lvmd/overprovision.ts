/**
 * Virtual bytes that a thin pool may promise in all: floor(size × ratio), exact. A ratio is taken as the decimal number
 * that was written, so that 1.1 of 10 GiB is not a byte short.
 */
export function promisedBytes(sizeBytes: bigint, ratio: number): bigint {
  const [digits = "1", exponent = "0"] = ratio.toExponential().split("e");
  const [whole = "", fraction = ""] = digits.split(".");
  const scale = Number(exponent) - fraction.length;
  const product = sizeBytes * BigInt(whole + fraction);
  return scale >= 0 ? product * 10n ** BigInt(scale) : product / 10n ** BigInt(-scale);
}

/** Virtual bytes that a pool may still promise, never below 0. */
export function unpromisedBytes(sizeBytes: bigint, ratio: number, virtualBytes: bigint): bigint {
  const left = promisedBytes(sizeBytes, ratio) - virtualBytes;
  return left > 0n ? left : 0n;
}
