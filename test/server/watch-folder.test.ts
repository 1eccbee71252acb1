import assert from "node:assert/strict";
import { test } from "node:test";
import { watchFolder } from "../../src/server/tls/watch-folder.ts";
import { turnedClock } from "../support/turned-clock.ts";

// a folder that is not there gives no sign of any change
const nowhere = "/nonexistent/nativestor";

/** A check that is over when the test says so. */
function heldCheck() {
  const ends: (() => void)[] = [];
  return { ends, check: () => new Promise<void>((resolve) => void ends.push(resolve)) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a folder that gives no sign is looked at every 30 seconds", async () => {
  const clock = turnedClock();
  const { ends, check } = heldCheck();
  const stop = watchFolder(nowhere, clock, check);
  clock.turn(29_999);
  assert.equal(ends.length, 0);
  clock.turn(1);
  assert.equal(ends.length, 1);
  ends[0]?.();
  await settled();
  clock.turn(30_000);
  assert.equal(ends.length, 2);
  stop();
});

test("no check starts while one is under way", () => {
  const clock = turnedClock();
  const { ends, check } = heldCheck();
  const stop = watchFolder(nowhere, clock, check);
  clock.turn(300_000);
  assert.equal(ends.length, 1);
  stop();
});

test("a check that ends after the watch was stopped starts no other", async () => {
  const clock = turnedClock();
  const { ends, check } = heldCheck();
  const stop = watchFolder(nowhere, clock, check);
  clock.turn(30_000);
  stop();
  ends[0]?.();
  await settled();
  assert.equal(clock.pending, 0);
});
