/**
 * Bytes in the form that thousands of nodes are compared in: a number where numbers are exact (up to 2^53), else a bigint.
 * JavaScript compares the two with each other exactly; sums and differences are for the functions here.
 */
export type Bytes = number | bigint;

const mostExact = BigInt(Number.MAX_SAFE_INTEGER);

export function bytesOf(value: bigint): Bytes {
  return value <= mostExact && value >= -mostExact ? Number(value) : value;
}

/** a + b. */
export function plus(a: Bytes, b: Bytes): Bytes {
  if (typeof a === "number" && typeof b === "number" && Number.isSafeInteger(a + b)) return a + b;
  return bytesOf(BigInt(a) + BigInt(b));
}

/** a − b. */
export function minus(a: Bytes, b: Bytes): Bytes {
  if (typeof a === "number" && typeof b === "number" && Number.isSafeInteger(a - b)) return a - b;
  return bytesOf(BigInt(a) - BigInt(b));
}
