import assert from "node:assert/strict";
import { test } from "node:test";
import { bestOf } from "../../../src/capacity/reservations/best.ts";
import { createLedger } from "../../../src/capacity/reservations/ledger.ts";
import { ask, claimTrace, nodesWith, podAsking, uidOf } from "./support.ts";

const three = nodesWith({ a: 3, b: 3, c: 3 });

test("in quiet a pod is let through to every node that can hold it", () => {
  assert.deepEqual(ask(createLedger(), podAsking(1), three, 0).names, ["a", "b", "c"]);
});

test("in a burst a pod is let through to one tight node, so that the others stay for the next", () => {
  const ledger = createLedger();
  ask(ledger, podAsking(0), nodesWith({ z: 3 }), 0);
  const chosen = [1, 2, 3].flatMap((number) => ask(ledger, podAsking(number), three, number).names);
  assert.deepEqual(new Set(chosen), new Set(["a", "b", "c"]));
  assert.equal(ask(ledger, podAsking(4), three, 4).isPassing, true);
});

test("in a burst the scheduler keeps its choice among the nodes with plenty of room", () => {
  const ledger = createLedger();
  ask(ledger, podAsking(0), nodesWith({ z: 3 }), 0);
  assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ a: 100, b: 3, c: 100 }), 1).names, ["a", "c"]);
});

test("after an attempt that came to nothing a pod is let through to more nodes", () => {
  const ledger = createLedger();
  ask(ledger, podAsking(0), nodesWith({ z: 3 }), 0);
  const counts = [1, 2, 3].map((nowMs) => ask(ledger, podAsking(1), three, nowMs).names.length);
  assert.deepEqual(counts, [1, 2, 3]);
});

test("while others are kept waiting nobody comes alone", () => {
  const ledger = createLedger();
  ask(ledger, podAsking(1), three, 0);
  ask(ledger, podAsking(2), three, 1);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 10);
  assert.equal(ask(ledger, podAsking(3), nodesWith({ b: 3, c: 3 }), 5_000).names.length, 1);
});

test("a refusal for lack of room is no passing one", () => {
  assert.equal(ask(createLedger(), podAsking(1), nodesWith({ a: 2 }), 0).isPassing, false);
});

test("a refusal for a promise that has been standing for long is none either", () => {
  const ledger = createLedger();
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 0);
  assert.equal(ask(ledger, podAsking(2), nodesWith({ a: 3 }), 9_000).isPassing, true);
  assert.equal(ask(ledger, podAsking(2), nodesWith({ a: 3 }), 11_000).isPassing, false);
});

test("the best are those with the highest scores, and equals are told apart by the seed", () => {
  assert.deepEqual(bestOf([0, 1, 2], [1, 9, 5], 2, "x"), [1, 2]);
  const firsts = Array.from({ length: 50 }, (_, at) => bestOf([0, 1, 2], [1, 1, 1], 1, `pod-${at}`)[0]);
  assert.deepEqual(new Set(firsts), new Set([0, 1, 2]));
  assert.deepEqual(bestOf([0, 1, 2], [1, 1, 1], 1, "pod-7"), [firsts[7]]);
});
