import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bytesOf, minus, plus } from "../../src/capacity/bytes.ts";

const around = (middle: bigint) => fc.bigInt(middle - 3n, middle + 3n);
const value = fc.oneof(around(0n), around(2n ** 53n), around(-(2n ** 53n)), fc.bigInt(-(2n ** 65n), 2n ** 65n));

test("bytes are exact, and compare as what they are made of", () => {
  const property = fc.property(value, value, (a, b) => {
    assert.equal(BigInt(bytesOf(a)), a);
    assert.equal(bytesOf(a) < bytesOf(b), a < b);
  });
  fc.assert(property, { numRuns: 2000 });
});

test("sums and differences are exact", () => {
  const property = fc.property(value, value, (a, b) => {
    assert.deepEqual(plus(bytesOf(a), bytesOf(b)), bytesOf(a + b));
    assert.deepEqual(minus(bytesOf(a), bytesOf(b)), bytesOf(a - b));
  });
  fc.assert(property, { numRuns: 2000 });
});
