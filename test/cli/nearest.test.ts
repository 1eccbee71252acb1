import assert from "node:assert/strict";
import test from "node:test";
import { nearest } from "../../src/cli/nearest.ts";

for (const [word, near] of [
  ["divisor", "divisors"],
  ["lisen", "listen"],
  ["listen", "listen"],
  ["xyz", undefined],
  ["", undefined],
] as const)
  test(`the word nearest to ${JSON.stringify(word)} is ${near}`, () => {
    assert.equal(nearest(word, ["listen", "divisors", "cert-dir"]), near);
  });
