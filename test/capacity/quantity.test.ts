import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatBytes, maxQuantity, parseQuantity, QuantityError } from "../../src/capacity/quantity.ts";

const examples: [unknown, bigint][] = [
  ["0", 0n],
  ["500Mi", 500n << 20n],
  ["1.5Gi", 3n << 29n],
  ["1e9", 1_000_000_000n],
  ["1E9", 1_000_000_000n],
  ["1E", 10n ** 18n],
  ["10G", 10_000_000_000n],
  ["3k", 3000n],
  [".5Ki", 512n],
  ["5.", 5n],
  ["+1Ki", 1024n],
  ["-1Ki", -1024n],
  [1_073_741_824, 1n << 30n],
  [1e21, maxQuantity],
  ["9223372036854775807", maxQuantity],
  ["9223372036854775808", maxQuantity],
  ["8Ei", maxQuantity],
  ["-8Ei", -maxQuantity],
  ["1e999999999999", maxQuantity],
  ["0e999999999999", 0n],
  ["1e-999999999999", 1n],
];
for (const [value, bytes] of examples) {
  test(`the quantity ${JSON.stringify(value)} is ${bytes} bytes`, () => assert.equal(parseQuantity(value), bytes));
}

test("a fraction of a byte is rounded up", () => {
  for (const text of ["100m", "1n", "0.0001", "1u"]) assert.equal(parseQuantity(text), 1n, text);
});

test("what is no quantity is refused with its own text", () => {
  const wrong = [
    "",
    " ",
    "1 Gi",
    "0x10",
    "1,5Gi",
    "Gi",
    ".",
    "1GiB",
    "1gi",
    "1K",
    "--1",
    "1e",
    "1e1.5",
    "١",
    "NaN",
    "Infinity",
  ];
  for (const text of wrong) {
    assert.throws(
      () => parseQuantity(text),
      (error) => error instanceof QuantityError && error.message.includes(JSON.stringify(text)),
      text,
    );
  }
});

test("what is no text and no number is refused by its type", () => {
  for (const value of [null, undefined, {}, [], true, 1n, Number.NaN])
    assert.throws(() => parseQuantity(value), QuantityError);
});

test("a text of a million digits is refused in no time", () => {
  assert.throws(() => parseQuantity("9".repeat(1_000_000)), QuantityError);
});

const suffixes: Record<string, [bigint, bigint]> = {
  n: [1n, 10n ** 9n],
  u: [1n, 10n ** 6n],
  m: [1n, 10n ** 3n],
  "": [1n, 1n],
  k: [10n ** 3n, 1n],
  M: [10n ** 6n, 1n],
  G: [10n ** 9n, 1n],
  T: [10n ** 12n, 1n],
  P: [10n ** 15n, 1n],
  E: [10n ** 18n, 1n],
  Ki: [1n << 10n, 1n],
  Mi: [1n << 20n, 1n],
  Gi: [1n << 30n, 1n],
  Ti: [1n << 40n, 1n],
  Pi: [1n << 50n, 1n],
  Ei: [1n << 60n, 1n],
};

test("every decimal with every suffix equals exact arithmetic, rounded up and capped", () => {
  const property = fc.property(
    fc.bigInt(0n, 10n ** 22n),
    fc.stringMatching(/^\d{0,12}$/),
    fc.constantFrom(...Object.keys(suffixes)),
    (whole, fraction, suffix) => {
      const [factor, divisor] = suffixes[suffix]!;
      const numerator = BigInt(`${whole}${fraction}`) * factor;
      const denominator = 10n ** BigInt(fraction.length) * divisor;
      const exact = (numerator + denominator - 1n) / denominator;
      const text = `${whole}${fraction === "" ? "" : `.${fraction}`}${suffix}`;
      assert.equal(parseQuantity(text), exact > maxQuantity ? maxQuantity : exact);
    },
  );
  fc.assert(property, { numRuns: 2000 });
});

test("an exponent equals its power of ten", () => {
  const property = fc.property(fc.bigInt(0n, 10n ** 6n), fc.integer({ min: -12, max: 12 }), (digits, exponent) => {
    const power = 10n ** BigInt(Math.abs(exponent));
    const exact = exponent >= 0 ? digits * power : (digits + power - 1n) / power;
    assert.equal(parseQuantity(`${digits}e${exponent}`), exact);
  });
  fc.assert(property);
});

test("bytes read as the largest unit with two decimals", () => {
  const table: [bigint, string][] = [
    [0n, "0"],
    [1023n, "1023"],
    [1024n, "1Ki"],
    [100n << 30n, "100Gi"],
    [3n << 29n, "1.5Gi"],
    [maxQuantity, "7.99Ei"],
    [-(1n << 30n), "-1Gi"],
  ];
  for (const [bytes, text] of table) assert.equal(formatBytes(bytes), text);
});

test("what is asked never reads as less, nor what is there as more, than it is", () => {
  const property = fc.property(fc.bigInt(0n, maxQuantity), (bytes) => {
    assert.ok(
      parseQuantity(formatBytes(bytes, "up")) >= bytes || parseQuantity(formatBytes(bytes, "up")) === maxQuantity,
    );
    const shown = formatBytes(bytes, "down");
    // read back without rounding up: two decimals of a unit are a whole number of bytes only at times
    assert.ok(parseQuantity(shown) <= bytes + 1n);
  });
  fc.assert(property, { numRuns: 1000 });
});
