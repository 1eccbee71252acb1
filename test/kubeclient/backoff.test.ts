import assert from "node:assert/strict";
import { test } from "node:test";
import { createBackoff } from "../../src/kube/backoff.ts";

test("waits double from 250 ms to 5 s", () => {
  const backoff = createBackoff(() => 0);
  assert.deepEqual(
    Array.from({ length: 7 }, () => backoff.next()),
    [250, 500, 1000, 2000, 4000, 5000, 5000],
  );
});

test("randomness shortens a wait by up to half", () => {
  assert.equal(createBackoff(() => 0.5).next(), 187.5);
  assert.ok(createBackoff(() => 0.999_999).next() > 125);
});

test("a success begins from the start", () => {
  const backoff = createBackoff(() => 0);
  backoff.next();
  backoff.next();
  backoff.reset();
  assert.equal(backoff.next(), 250);
});

test("thousands of failures keep the longest wait", () => {
  const backoff = createBackoff(() => 0);
  for (let i = 0; i < 5_000; i += 1) backoff.next();
  assert.equal(backoff.next(), 5_000);
});
