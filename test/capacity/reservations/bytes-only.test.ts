import assert from "node:assert/strict";
import { test } from "node:test";
import { createLedger } from "../../../src/capacity/reservations/ledger.ts";
import { gibibyte, roomOf } from "../../support/fake-view.ts";
import { held, volumeTrace } from "./support.ts";

const free = (gib: number) => roomOf({ ssd: gib }).freeBytes;
const made = volumeTrace(1, { currentBytes: 3n * gibibyte });
const sweep = (ledger: ReturnType<typeof createLedger>, nowMs: number) => ledger.sweep({ nowMs, isFollowing: true });

/** A node that publishes bytes only, and a volume that was seen made there at time 100. */
function started() {
  const ledger = createLedger();
  ledger.figures("a", undefined, free(10), 0);
  ledger.volume(made.name, volumeTrace(1), 0);
  ledger.volume(made.name, made, 100);
  return ledger;
}

test("a volume is taken to be counted once the bytes fell by as much, and a second has passed", () => {
  const ledger = started();
  ledger.figures("a", undefined, free(7), 150);
  assert.deepEqual(held(ledger), ["volume a 3"]);
  sweep(ledger, 1_100);
  assert.deepEqual(held(ledger), []);
});

test("bytes that fell by less settle nothing before the bound", () => {
  const ledger = started();
  ledger.figures("a", undefined, free(8), 150);
  sweep(ledger, 29_999);
  assert.deepEqual(held(ledger), ["volume a 3"]);
  sweep(ledger, 30_100);
  assert.deepEqual(held(ledger), []);
});

test("one fall settles one of two volumes", () => {
  const ledger = started();
  ledger.volume(volumeTrace(2).name, volumeTrace(2, { currentBytes: 3n * gibibyte }), 100);
  ledger.figures("a", undefined, free(7), 150);
  sweep(ledger, 2_000);
  assert.deepEqual(held(ledger), ["volume a 3"]);
});

test("bytes that fall before the volume is seen made count for it", () => {
  const ledger = createLedger();
  ledger.figures("a", undefined, free(10), 0);
  ledger.volume(made.name, volumeTrace(1), 0);
  ledger.figures("a", undefined, free(7), 50);
  ledger.volume(made.name, made, 100);
  sweep(ledger, 1_100);
  assert.deepEqual(held(ledger), []);
});

test("an old volume that is seen for the first time is in the figures", () => {
  const ledger = createLedger();
  ledger.figures("a", undefined, free(7), 0);
  ledger.volume(made.name, { ...made, ageMs: 60_000 }, 0);
  assert.deepEqual(held(ledger), []);
});

test("a young one that is seen for the first time is held for the rest of the time", () => {
  const ledger = createLedger();
  ledger.figures("a", undefined, free(7), 0);
  ledger.volume(made.name, { ...made, ageMs: 10_000 }, 0);
  sweep(ledger, 19_999);
  assert.deepEqual(held(ledger), ["volume a 3"]);
  sweep(ledger, 20_000);
  assert.deepEqual(held(ledger), []);
});
