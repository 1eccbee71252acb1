import assert from "node:assert/strict";
import { test } from "node:test";
import { isLater } from "../../src/kube/resource-version.ts";

test("versions compare as whole numbers, beyond what a double holds", () => {
  assert.equal(isLater("10", "9"), true);
  assert.equal(isLater("9", "10"), false);
  assert.equal(isLater("7", "7"), false);
  assert.equal(isLater("18446744073709551615", "18446744073709551614"), true);
});

test("what is no number counts as later, since it arrived last", () => {
  assert.equal(isLater("abc", "5"), true);
  assert.equal(isLater("5", ""), true);
  assert.equal(isLater("", ""), true);
});
