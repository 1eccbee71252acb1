/**
 * Kubernetes quantities as whole bytes, exact.
 * Grammar and limits: k8s.io/apimachinery/pkg/api/resource, documentation of the type Quantity.
 */

/** Largest quantity that Kubernetes knows, 2^63 − 1; larger ones are capped to it. */
export const maxQuantity = 2n ** 63n - 1n;

/** A text that is no quantity. */
export class QuantityError extends Error {
  override readonly name = "QuantityError";
}

const grammar = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:([KMGTPE]i)|([numkMGTPE]?)|[eE]([+-]?\d+))$/;

const binaryShifts: Record<string, bigint> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const decimalExponents: Record<string, number> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** Digits beyond which a number is above any cap whatever follows; bounds the work for absurd input. */
const maxDigits = 1000;

/**
 * Bytes of a quantity such as `500Mi`, `1.5Gi`, `1e9` or the number 1073741824. Fractions of a byte are rounded away
 * from zero, and what lies beyond ±(2^63 − 1) is capped, both as Kubernetes does it.
 * @throws QuantityError when the value is no quantity; the message names the value and what would be right
 */
export function parseQuantity(value: unknown): bigint {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string")
    throw new QuantityError(`a quantity is a string such as "10Gi" or a number, not ${typeOf(value)}`);
  const match = text.length <= maxDigits ? grammar.exec(text) : null;
  if (match === null)
    throw new QuantityError(
      `${quote(text)} is no quantity: write a number with an optional suffix, such as 500Mi, 1.5Gi, 10G or 1e9`,
    );
  const [, sign, whole = "", fraction = "", bareFraction = "", binary, decimal, exponent] = match;
  const digits = BigInt(whole + fraction + bareFraction);
  const scale = -(fraction.length + bareFraction.length);
  const magnitude =
    binary === undefined
      ? timesPowerOfTen(
          digits,
          scale + (exponent === undefined ? (decimalExponents[decimal ?? ""] ?? 0) : Number(exponent)),
        )
      : timesPowerOfTen(digits << (binaryShifts[binary] ?? 0n), scale);
  const capped = magnitude > maxQuantity ? maxQuantity : magnitude;
  return sign === "-" ? -capped : capped;
}

// digits × 10^exponent, rounded up; exponents beyond any cap are cut so that the power stays small
function timesPowerOfTen(digits: bigint, exponent: number): bigint {
  if (digits === 0n) return 0n;
  if (exponent >= 0) return exponent > 19 ? maxQuantity + 1n : digits * 10n ** BigInt(exponent);
  if (exponent < -maxDigits) return 1n;
  const divisor = 10n ** BigInt(-exponent);
  return (digits + divisor - 1n) / divisor;
}

const units = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/**
 * Bytes for a person: the largest binary unit with at most two decimals, such as `100Gi`, `1.5Gi`, `512`. What does not
 * come out even is rounded `up` for what is asked and `down` for what is there, so that a shortfall never reads as equal.
 */
export function formatBytes(bytes: bigint, round: "up" | "down" = "down"): string {
  if (bytes < 0n) return `-${formatBytes(-bytes, round === "up" ? "down" : "up")}`;
  let power = 0;
  while (power < units.length - 1 && bytes >= 1n << BigInt(10 * (power + 1))) power += 1;
  const unit = 1n << BigInt(10 * power);
  const hundredths = (bytes * 100n + (round === "up" ? unit - 1n : 0n)) / unit;
  const decimals = (hundredths % 100n).toString().padStart(2, "0").replace(/0+$/, "");
  return `${hundredths / 100n}${decimals === "" ? "" : `.${decimals}`}${units[power]}`;
}

function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
