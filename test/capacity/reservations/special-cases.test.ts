import assert from "node:assert/strict";
import { test } from "node:test";
import { createLedger, type Ledger } from "../../../src/capacity/reservations/ledger.ts";
import { ask, claimTrace, held, nodesWith, podAsking, uidOf, volumeTrace } from "./support.ts";

/** Somebody else has just asked, so that nobody comes alone. */
function inBurst(): Ledger {
  const ledger = createLedger();
  ask(ledger, podAsking(0), nodesWith({ elsewhere: 3 }), 0);
  return ledger;
}

test("preemption: a pod that waits for its victims to go keeps its place when it is asked about again", () => {
  const ledger = inBurst();
  assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ a: 3, b: 3 }), 1).names.length, 1);
  // the scheduler nominates a node, evicts for want of memory there, and asks about that node alone
  assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ a: 3 }), 500).names, ["a"]);
  assert.deepEqual(held(ledger), ["in-flight a 3", "in-flight elsewhere 3"]);
  assert.equal(ask(ledger, podAsking(2), nodesWith({ a: 3 }), 501).isPassing, true);
});

test("preemption: evicting a pod frees no room of volumes, so that what is held stands against the preemptor, too", () => {
  const ledger = inBurst();
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 1);
  // the pod of claim c1 is evicted; its claim stays
  assert.deepEqual(ask(ledger, podAsking(2), nodesWith({ a: 3 }), 2).names, []);
  assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ a: 3 }), 3).names, ["a"]);
});

test("several claims and classes: a pod gets a node with room for all of them, and holds all of them", () => {
  const ledger = inBurst();
  const pod = podAsking(1, { ssd: 3, hdd: 2 });
  const nodes = nodesWith({ a: { ssd: 3, hdd: 1 }, b: { ssd: 2, hdd: 2 }, c: { ssd: 3, hdd: 2 } });
  assert.deepEqual(ask(ledger, pod, nodes, 1).names, ["c"]);
  assert.deepEqual(ask(ledger, podAsking(2, { hdd: 1 }), nodesWith({ c: { ssd: 3, hdd: 2 } }), 2).names, []);
});

test("several claims: as soon as one is bound the others are looked for on its node alone, and no room is held twice", () => {
  const ledger = inBurst();
  const pod = podAsking(1, { ssd: 3, hdd: 2 });
  ask(ledger, pod, nodesWith({ a: { ssd: 9, hdd: 9 } }), 1);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 2);
  ledger.volume(volumeTrace(1).name, volumeTrace(1), 3);
  const rest = { ...pod, demand: new Map([["hdd", 2n << 30n]]), parts: pod.parts.slice(1) };
  assert.deepEqual(ask(ledger, rest, nodesWith({ a: { ssd: 3, hdd: 9 } }), 4).names, ["a"]);
  assert.deepEqual(held(ledger), ["in-flight a 2", "in-flight elsewhere 3", "volume a 3"]);
});

test("affinity: a pod is held on no node but those that it may go to, and waits where its only one is promised", () => {
  const ledger = inBurst();
  assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ a: 3 }), 1).names, ["a"]);
  const second = ask(ledger, podAsking(2), nodesWith({ a: 3 }), 2);
  assert.deepEqual([second.names, second.isPassing], [[], true]);
  assert.deepEqual(ask(ledger, podAsking(3), nodesWith({ a: 3, b: 3 }), 3).names, ["b"]);
});

test("rescheduled after a failed provision: the room is given back once, and the pod is promised another node", () => {
  const ledger = inBurst();
  ask(ledger, podAsking(1), nodesWith({ a: 3 }), 1);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 2);
  ledger.volume(volumeTrace(1).name, volumeTrace(1), 3);
  ledger.volume(volumeTrace(1).name, volumeTrace(1, { hasFailed: true }), 4);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1), 5);
  ledger.volume(volumeTrace(1).name, undefined, 6);
  assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ b: 3 }), 7).names, ["b"]);
  assert.deepEqual(held(ledger), ["in-flight b 3", "in-flight elsewhere 3"]);
});

test("deleted pods: what was promised to one ends by its bound, and at once with its next question where it comes back", () => {
  const ledger = createLedger();
  ask(ledger, podAsking(1), nodesWith({ a: 3 }), 0);
  // its claim is removed with it
  ledger.claim(uidOf(1), "default/c1", undefined, 10);
  assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ b: 3 }), 20).names, ["b"]);
  assert.deepEqual(held(ledger), ["in-flight b 3"]);
  ledger.sweep({ nowMs: 2_020, isFollowing: true });
  assert.deepEqual(held(ledger), []);
});

test("deleted pods: a claim that stays keeps its room for the pod that takes it up", () => {
  const ledger = createLedger();
  ask(ledger, podAsking(1), nodesWith({ a: 3 }), 0);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 10);
  const another = { ...podAsking(1), name: "another" };
  assert.deepEqual(ask(ledger, another, nodesWith({ a: 3 }), 5_000).names, ["a"]);
  assert.deepEqual(held(ledger), ["placed a 3"]);
});

test("nodeName by hand: a claim that names a node without a question is held there from then on", () => {
  const ledger = inBurst();
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 1);
  assert.deepEqual(ask(ledger, podAsking(2), nodesWith({ a: 3, b: 3 }), 2).names, ["b"]);
});

test("DaemonSets: each pod is asked about for its own node alone, and gets it or waits", () => {
  const ledger = inBurst();
  for (const [number, node] of [
    [1, "a"],
    [2, "b"],
  ] as const)
    assert.deepEqual(ask(ledger, podAsking(number), nodesWith({ [node]: 3 }), number).names, [node]);
  assert.equal(ask(ledger, podAsking(3), nodesWith({ a: 3 }), 3).isPassing, true);
});

test("other schedulers: what they chose without asking counts from the moment at which its claim names the node", () => {
  const ledger = inBurst();
  ask(ledger, podAsking(1), nodesWith({ a: 6 }), 1);
  ledger.claim(uidOf(9), "default/c9", claimTrace(9, { node: "a" }), 2);
  assert.deepEqual(ask(ledger, podAsking(2), nodesWith({ a: 6 }), 3).names, []);
  assert.deepEqual(held(ledger), ["in-flight a 3", "in-flight elsewhere 3", "placed a 3"]);
});

test("two schedulers that ask about pods of the same name in different namespaces are told apart", () => {
  const ledger = inBurst();
  ask(ledger, podAsking(1), nodesWith({ a: 3 }), 1);
  const other = { ...podAsking(1), namespace: "other" };
  assert.deepEqual(ask(ledger, other, nodesWith({ a: 3, b: 3 }), 2).names, ["b"]);
});
