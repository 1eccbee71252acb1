import assert from "node:assert/strict";
import { test } from "node:test";
import { createLedger } from "../../../src/capacity/reservations/ledger.ts";
import { ask, claimTrace, nodesWith, podAsking, uidOf } from "./support.ts";

const at = (nowMs: number, isFollowing = true) => ({ nowMs, isFollowing });

test("who takes over waits for the bound of a promise in flight", () => {
  const ledger = createLedger();
  assert.equal(ledger.isTakingOver(at(0)), false);
  ledger.takeOver(0);
  assert.deepEqual([ledger.isTakingOver(at(1_999)), ledger.isTakingOver(at(2_000))], [true, false]);
});

test("it waits on as long as a predecessor's choices come to light", () => {
  const ledger = createLedger();
  ledger.takeOver(0);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 1_500);
  assert.deepEqual([ledger.isTakingOver(at(3_499)), ledger.isTakingOver(at(3_500))], [true, false]);
});

test("its own choices do not make it wait", () => {
  const ledger = createLedger();
  ledger.takeOver(0);
  ask(ledger, podAsking(1), nodesWith({ a: 3 }), 10);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 1_500);
  assert.equal(ledger.isTakingOver(at(2_000)), false);
});

test("while the cluster cannot be followed it does not end", () => {
  const ledger = createLedger();
  ledger.takeOver(0);
  assert.equal(ledger.isTakingOver(at(1_900, false)), true);
  assert.deepEqual([ledger.isTakingOver(at(3_899)), ledger.isTakingOver(at(3_900))], [true, false]);
});

test("traces are waited for while it takes over, and as long as a pod that was let through has none", () => {
  const ledger = createLedger();
  assert.equal(ledger.isWaiting(0), false);
  ledger.takeOver(0);
  assert.equal(ledger.isWaiting(1_999), true);
  assert.equal(ledger.isWaiting(2_000), false);
  ask(ledger, podAsking(1), nodesWith({ a: 3 }), 3_000);
  assert.equal(ledger.isWaiting(3_000), true);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 3_100);
  assert.equal(ledger.isWaiting(3_100), false);
});
