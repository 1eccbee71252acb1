import assert from "node:assert/strict";
import { test } from "node:test";
import { createLedger } from "../../../src/capacity/reservations/ledger.ts";
import { gibibyte, roomOf } from "../../support/fake-view.ts";
import { ask, claimTrace, held, nodesWith, podAsking, uidOf, volumeTrace } from "./support.ts";

const free = (gib: number) => roomOf({ ssd: gib }).freeBytes;

test("each stage of a promise takes the place of the one before it, until the node's figures count the volume", () => {
  const ledger = createLedger();
  ledger.figures("a", 4, free(10), 0);
  ask(ledger, podAsking(1), nodesWith({ a: 10 }), 0);
  assert.deepEqual(held(ledger), ["in-flight a 3"]);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 10);
  assert.deepEqual(held(ledger), ["placed a 3"]);
  ledger.volume(volumeTrace(1).name, volumeTrace(1), 20);
  assert.deepEqual(held(ledger), ["volume a 3"]);
  const made = volumeTrace(1, { currentBytes: 3n * gibibyte, counted: { generation: 5, earlierBytes: 0n } });
  ledger.volume(made.name, made, 30);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a", bound: true }), 40);
  assert.deepEqual(held(ledger), ["volume a 3"]);
  ledger.figures("a", 5, free(7), 50);
  assert.deepEqual(held(ledger), []);
});

test("a pending growth counts at once, and one that failed does not", () => {
  const ledger = createLedger();
  ledger.figures("a", 5, free(7), 0);
  const made = volumeTrace(1, { currentBytes: 3n * gibibyte, counted: { generation: 5, earlierBytes: 0n } });
  ledger.volume(made.name, made, 0);
  ledger.volume(made.name, { ...made, wantedBytes: 5n * gibibyte }, 10);
  assert.deepEqual(held(ledger), ["volume a 2"]);
  ledger.volume(made.name, { ...made, wantedBytes: 5n * gibibyte, hasFailed: true }, 20);
  assert.deepEqual(held(ledger), []);
});

test("a volume that grew is held with the difference until it is counted", () => {
  const ledger = createLedger();
  ledger.figures("a", 5, free(7), 0);
  const counted = { generation: 6, earlierBytes: 3n * gibibyte };
  const grown = volumeTrace(1, { wantedBytes: 5n * gibibyte, currentBytes: 5n * gibibyte, counted });
  ledger.volume(grown.name, grown, 0);
  assert.deepEqual(held(ledger), ["volume a 2"]);
  ledger.figures("a", 6, free(5), 10);
  assert.deepEqual(held(ledger), []);
});

test("figures that count a volume before the volume itself is seen hold twice and never not at all", () => {
  const ledger = createLedger();
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 0);
  ledger.figures("a", 5, free(7), 10);
  assert.deepEqual(held(ledger), ["placed a 3"]);
});

test("a claim that is bound before its volume is seen is held until then", () => {
  const ledger = createLedger();
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 0);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a", bound: true }), 10);
  assert.deepEqual(held(ledger), ["placed a 3"]);
  const made = volumeTrace(1, { currentBytes: 3n * gibibyte, counted: { generation: 1, earlierBytes: 0n } });
  ledger.figures("a", 1, free(7), 20);
  ledger.volume(made.name, made, 20);
  assert.deepEqual(held(ledger), []);
});

test("a claim that is gone while its volume may be in the making is held for a bounded time", () => {
  const ledger = createLedger({ bounds: { volumeMs: 1_000 } });
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 0);
  ledger.claim(uidOf(1), "default/c1", undefined, 10);
  ledger.sweep({ nowMs: 1_009, isFollowing: true });
  assert.deepEqual(held(ledger), ["placed a 3"]);
  ledger.sweep({ nowMs: 1_010, isFollowing: true });
  assert.deepEqual(held(ledger), []);
});

test("a claim that is seen first when it is bound holds nothing", () => {
  const ledger = createLedger();
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a", bound: true }), 0);
  assert.deepEqual(held(ledger), []);
});

test("a provision that failed gives the room back, also where the volume's object is still there", () => {
  const ledger = createLedger();
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 0);
  ledger.volume(volumeTrace(1).name, volumeTrace(1, { hasFailed: true }), 10);
  assert.deepEqual(held(ledger), ["placed a 3"]);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1), 20);
  assert.deepEqual(held(ledger), []);
});

test("a volume left on another node is held beside the claim's new place", () => {
  const ledger = createLedger();
  ledger.volume(volumeTrace(1).name, volumeTrace(1, { node: "b" }), 0);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 10);
  assert.deepEqual(held(ledger), ["placed a 3", "volume b 3"]);
});

test("a volume that nobody claims, such as of a controller's own choice or a snapshot, is held like any other", () => {
  const ledger = createLedger();
  ledger.volume("snapshot-1", volumeTrace(1, { name: "snapshot-1" }), 0);
  assert.deepEqual(held(ledger), ["volume a 3"]);
  ledger.volume("snapshot-1", undefined, 10);
  assert.deepEqual(held(ledger), []);
});

test("facts that come twice change nothing", () => {
  const ledger = createLedger();
  for (const nowMs of [0, 10]) ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), nowMs);
  for (const nowMs of [20, 30]) ledger.volume(volumeTrace(1).name, volumeTrace(1), nowMs);
  assert.deepEqual(held(ledger), ["volume a 3"]);
});

test("a claim whose pod was let through, and that is bound when it is next seen, is held until its volume is seen", () => {
  const ledger = createLedger();
  ask(ledger, podAsking(1), nodesWith({ a: 10, b: 10 }), 0);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a", bound: true }), 10);
  assert.deepEqual(held(ledger), ["placed a 3"]);
  const made = volumeTrace(1, { currentBytes: 3n * gibibyte, counted: { generation: 1, earlierBytes: 0n } });
  ledger.figures("a", 1, free(7), 20);
  ledger.volume(made.name, made, 20);
  assert.deepEqual(held(ledger), []);
});

test("a claim that is made anew under its name is another one, whatever becomes of the former", () => {
  const ledger = createLedger();
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 0);
  ledger.claim(uidOf(1), "default/c1", undefined, 10);
  ledger.claim(uidOf(2), "default/c1", claimTrace(1, { uid: uidOf(2), node: "b" }), 20);
  ledger.volume(volumeTrace(1).name, volumeTrace(1), 30);
  assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ b: 3 }), 40).names, ["b"]);
});

test("while the cluster cannot be followed nothing that is visible to others ends by time", () => {
  const ledger = createLedger({ bounds: { volumeMs: 1_000 } });
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 0);
  ledger.claim(uidOf(1), "default/c1", undefined, 10);
  ledger.sweep({ nowMs: 5_000, isFollowing: false });
  assert.deepEqual(held(ledger), ["placed a 3"]);
});
