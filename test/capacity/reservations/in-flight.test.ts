import assert from "node:assert/strict";
import { test } from "node:test";
import { createLedger } from "../../../src/capacity/reservations/ledger.ts";
import { ask, claimTrace, held, nodesWith, podAsking, uidOf } from "./support.ts";

const following = (nowMs: number) => ({ nowMs, isFollowing: true });

test("what a pod was let through to is held against the next one", () => {
  const ledger = createLedger();
  assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ a: 3 }), 0).names, ["a"]);
  const second = ask(ledger, podAsking(2), nodesWith({ a: 3 }), 1);
  assert.deepEqual([second.names, second.isPassing], [[], true]);
});

test("the pod itself, asked about again, does not stand in its own way", () => {
  const ledger = createLedger();
  for (const nowMs of [0, 1, 2]) assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ a: 3 }), nowMs).names, ["a"]);
  assert.deepEqual(held(ledger), ["in-flight a 3"]);
});

test("a promise without a trace ends by its bound, and tells so", () => {
  const ends: string[] = [];
  const ledger = createLedger({ ended: (kind, reason) => void ends.push(`${kind} ${reason}`) });
  ask(ledger, podAsking(1), nodesWith({ a: 3 }), 0);
  ledger.sweep(following(1_999));
  assert.deepEqual(held(ledger), ["in-flight a 3"]);
  ledger.sweep(following(2_000));
  assert.deepEqual(held(ledger), []);
  assert.deepEqual(ends, ["in-flight bound"]);
});

test("the bound counts from the last trace of an older promise, since a scheduler writes its choices down in order", () => {
  const ledger = createLedger();
  for (const number of [1, 2, 3]) ask(ledger, podAsking(number), nodesWith({ [`n${number}`]: 3 }), 0);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "n1" }), 1_900);
  ledger.sweep(following(3_800));
  assert.deepEqual(held(ledger), ["in-flight n2 3", "in-flight n3 3", "placed n1 3"]);
  ledger.sweep(following(3_900));
  assert.deepEqual(held(ledger), ["placed n1 3"]);
});

test("the trace of a younger promise gives an older one no time", () => {
  const ledger = createLedger();
  for (const number of [1, 2]) ask(ledger, podAsking(number), nodesWith({ [`n${number}`]: 3 }), 0);
  ledger.claim(uidOf(2), "default/c2", claimTrace(2, { node: "n2" }), 1_900);
  ledger.sweep(following(2_000));
  assert.deepEqual(held(ledger), ["placed n2 3"]);
});

test("promises in a row without any trace are held for longer: writes may be held up", () => {
  const ledger = createLedger();
  for (const number of [1, 2, 3]) ask(ledger, podAsking(number), nodesWith({ [`n${number}`]: 3 }), 0);
  ledger.sweep(following(11_999));
  assert.equal(held(ledger).length, 3);
  ledger.sweep(following(12_000));
  assert.deepEqual(held(ledger), []);
});

test("the first trace after a silence gives the older promises their time, and no more than that", () => {
  const ledger = createLedger();
  for (const number of [1, 2, 3]) ask(ledger, podAsking(number), nodesWith({ [`n${number}`]: 3 }), 0);
  ledger.sweep(following(5_000));
  ledger.claim(uidOf(3), "default/c3", claimTrace(3, { node: "n3" }), 6_000);
  ledger.sweep(following(7_999));
  assert.deepEqual(held(ledger), ["in-flight n1 3", "in-flight n2 3", "placed n3 3"]);
  ledger.sweep(following(8_000));
  assert.deepEqual(held(ledger), ["placed n3 3"]);
});

test("two promises without a trace are no silence", () => {
  const ledger = createLedger();
  for (const number of [1, 2]) ask(ledger, podAsking(number), nodesWith({ [`n${number}`]: 3 }), 0);
  ledger.sweep(following(2_000));
  assert.deepEqual(held(ledger), []);
});

test("a younger promise that is seen shows that writes arrive: those before it that are not seen end by their bound", () => {
  const ledger = createLedger();
  for (const number of [1, 2, 3, 4]) ask(ledger, podAsking(number), nodesWith({ [`n${number}`]: 3 }), 0);
  ledger.claim(uidOf(4), "default/c4", claimTrace(4, { node: "n4" }), 100);
  ledger.sweep(following(2_000));
  assert.deepEqual(held(ledger), ["placed n4 3"]);
});

test("no promise outlives the longest bound", () => {
  const ledger = createLedger({ bounds: { longestInFlightMs: 3_000 } });
  for (const number of [1, 2]) ask(ledger, podAsking(number), nodesWith({ [`n${number}`]: 3 }), 0);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "n1" }), 1_900);
  ledger.sweep(following(3_000));
  assert.deepEqual(held(ledger), ["placed n1 3"]);
});

test("while the cluster cannot be followed no promise ends, and then each has its whole time again", () => {
  const ledger = createLedger();
  ask(ledger, podAsking(1), nodesWith({ a: 3 }), 0);
  ledger.sweep({ nowMs: 5_000, isFollowing: false });
  ledger.sweep(following(6_999));
  assert.deepEqual(held(ledger), ["in-flight a 3"]);
  ledger.sweep(following(7_000));
  assert.deepEqual(held(ledger), []);
});

test("a pod that is asked about again while the cluster cannot be followed may be another one of its name: what the former one was promised stays", () => {
  const ledger = createLedger();
  ask(ledger, podAsking(1), nodesWith({ a: 3 }), 0);
  assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ a: 3, b: 3 }), 1_000, false).names, ["b"]);
  assert.deepEqual(held(ledger), ["in-flight a 3", "in-flight b 3"]);
  // the former one's claim is seen to name a node after all: one choice stands for both
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "b" }), 1_500);
  assert.deepEqual(held(ledger), ["placed b 3"]);
  ledger.sweep(following(5_000));
  assert.deepEqual(held(ledger), ["placed b 3"]);
});

test("with the first claim that names a node the others are held there and nowhere else", () => {
  const ledger = createLedger();
  const pod = podAsking(1, { ssd: 3, hdd: 2 });
  ask(ledger, pod, nodesWith({ a: { ssd: 9, hdd: 9 }, b: { ssd: 9, hdd: 9 } }), 0);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "b" }), 10);
  assert.deepEqual(held(ledger), ["in-flight b 2", "placed b 3"]);
});

test("a choice that is taken back had come from an earlier attempt: all is held again", () => {
  const ledger = createLedger();
  ask(ledger, podAsking(1), nodesWith({ a: 9, b: 9 }), 0);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "b" }), 10);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1), 20);
  assert.deepEqual(held(ledger), ["in-flight a 3", "in-flight b 3"]);
});

test("a claim that is bound to an old volume needs no room", () => {
  const ledger = createLedger();
  ask(ledger, podAsking(1), nodesWith({ a: 9 }), 0);
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { bound: true }), 10);
  assert.deepEqual(held(ledger), []);
});

test("a pod whose claim stands on a node already fits there, and takes nothing more", () => {
  const ledger = createLedger();
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 0);
  assert.deepEqual(ask(ledger, podAsking(1), nodesWith({ a: 3 }), 10).names, ["a"]);
  assert.deepEqual(held(ledger), ["placed a 3"]);
});

test("a demand that no known claim explains is held until its bound", () => {
  const ledger = createLedger();
  ask(ledger, { ...podAsking(1), parts: [] }, nodesWith({ a: 3 }), 0);
  assert.deepEqual(held(ledger), ["in-flight a 3"]);
});

test("the room of several volumes is counted in whole extents", () => {
  const ledger = createLedger();
  const mebibyte = 1n << 20n;
  const part = { ...podAsking(1).parts[0]!, bytes: 5n * mebibyte };
  const pod = { ...podAsking(1), demand: new Map([["ssd", 10n * mebibyte]]), parts: [part, { ...part, claim: "c2" }] };
  const room = (extents: bigint) => [
    {
      name: "a",
      supply: { freeBytes: new Map([["ssd", extents * 4n * mebibyte]]), sizeBytes: new Map(), bad: new Map() },
    },
  ];
  assert.deepEqual(ask(ledger, pod, room(3n), 0).names, []);
  assert.deepEqual(ask(ledger, pod, room(4n), 0).names, ["a"]);
});

test("the default class's two names share the room of one group", () => {
  const ledger = createLedger();
  const room = nodesWith({ a: { hdd: 3, "00default": 3, ssd: 9 } });
  assert.deepEqual(ask(ledger, podAsking(1, { "00default": 3 }), room, 0).names, ["a"]);
  assert.deepEqual(ask(ledger, podAsking(2, { hdd: 3 }), room, 1).names, []);
  assert.deepEqual(ask(ledger, podAsking(3, { ssd: 3 }), room, 2).names, ["a"]);
});

test("freed room is told, with its node", () => {
  const ledger = createLedger();
  const freed: string[] = [];
  const stop = ledger.onFreed((nodes) => void freed.push(...nodes));
  ask(ledger, podAsking(1), nodesWith({ a: 3, b: 3 }), 0);
  assert.deepEqual(freed, []);
  ledger.sweep(following(2_000));
  assert.deepEqual(freed, ["a", "b"]);
  stop();
});
