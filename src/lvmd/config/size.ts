const shifts: Record<string, bigint> = { "": 0n, Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n };

/** Bytes of a whole number with a binary suffix, such as `100Gi`; undefined for anything else. */
export function parseSize(text: string): bigint | undefined {
  const [, digits, suffix = ""] = /^([1-9]\d{0,17})([KMGTP]i)?$/.exec(text) ?? [];
  const shift = shifts[suffix];
  return digits === undefined || shift === undefined ? undefined : BigInt(digits) << shift;
}
