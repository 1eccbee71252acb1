import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createLedger, type Ledger } from "../../../src/capacity/reservations/ledger.ts";
import type { VolumeWish } from "../../../src/capacity/reservations/wish.ts";
import { gibibyte, roomOf } from "../../support/fake-view.ts";
import { ask, claimTrace, held, nodesWith, podAsking, questionAbout, uidOf, volumeTrace } from "./support.ts";

const at = (nowMs: number) => ({ nowMs, isFollowing: true });

/** A volume of 3 GiB that nobody has chosen a node for. */
function wish(number: number, rest: Partial<VolumeWish> = {}): VolumeWish {
  const sizes = { moreBytes: 3n * gibibyte, wantedBytes: 3n * gibibyte };
  const name = `pvc-${uidOf(number)}`;
  return { name, deviceClass: "ssd", ...sizes, isNew: true, possible: undefined, preferred: [], ...rest };
}

function reserve(ledger: Ledger, asked: VolumeWish, free: Parameters<typeof nodesWith>[0], nowMs = 0) {
  return ledger.reserve(asked, questionAbout(nodesWith(free)), at(nowMs));
}

test("a volume without a pod gets the node with most room, of equal ones the first by name", () => {
  assert.deepEqual(reserve(createLedger(), wish(1), { a: 4, b: 9, c: 9 }), { node: "b" });
});

test("what volumes were given is held until they are told of, so that many at once are spread over the room that there is", () => {
  const ledger = createLedger();
  const nodes = [1, 2, 3, 4].map((number) => reserve(ledger, wish(number), { a: 6, b: 7 }));
  assert.deepEqual(
    nodes.map((grant) => ("node" in grant ? grant.node : "none")),
    ["b", "a", "b", "a"],
  );
  assert.deepEqual(reserve(ledger, wish(5), { a: 6, b: 7 }), {
    refusal: "out of room (ssd: asked 3Gi, at most 7Gi free, 6Gi of it reserved, on node b)",
    isPassing: true,
  });
});

test("a volume and a pod never get the same room, whoever comes first", () => {
  const podFirst = createLedger();
  ask(podFirst, podAsking(1), nodesWith({ a: 3 }), 0);
  assert.equal("node" in reserve(podFirst, wish(2), { a: 3 }), false);
  const volumeFirst = createLedger();
  reserve(volumeFirst, wish(2), { a: 3 });
  const { names, isPassing } = ask(volumeFirst, podAsking(1), nodesWith({ a: 3 }), 1);
  assert.deepEqual([names, isPassing], [[], true]);
});

test("the volume takes the place of the grant, and is held until the figures count it", () => {
  const ledger = createLedger();
  reserve(ledger, wish(1), { a: 9 });
  assert.deepEqual(held(ledger), ["in-flight a 3"]);
  ledger.volume(volumeTrace(1).name, volumeTrace(1), 10);
  assert.deepEqual(held(ledger), ["volume a 3"]);
});

test("late news of a volume that had the name before does not end a grant", () => {
  const ledger = createLedger();
  const { name } = volumeTrace(1);
  ledger.volume(name, volumeTrace(1, { hasFailed: true }), 0);
  reserve(ledger, wish(1), { a: 9 }, 10);
  ledger.volume(name, volumeTrace(1, { hasFailed: true }), 20);
  ledger.volume(name, undefined, 30);
  assert.deepEqual(held(ledger), ["in-flight a 3"]);
  ledger.volume(name, volumeTrace(1, { uid: "another" }), 40);
  assert.deepEqual(held(ledger), ["volume a 3"]);
});

test("a grant that comes to nothing ends by its bound, and a second one takes the place of the first", () => {
  const ledger = createLedger();
  reserve(ledger, wish(1), { a: 9 });
  reserve(ledger, wish(1), { b: 9 }, 1_000);
  assert.deepEqual(held(ledger), ["in-flight b 3"]);
  ledger.sweep(at(15_999));
  assert.deepEqual(held(ledger), ["in-flight b 3"]);
  ledger.sweep(at(16_000));
  assert.deepEqual(held(ledger), []);
});

test("a grant does not end while the cluster cannot be followed", () => {
  const ledger = createLedger();
  reserve(ledger, wish(1), { a: 9 });
  ledger.sweep({ nowMs: 20_000, isFollowing: false });
  ledger.sweep(at(34_999));
  assert.deepEqual(held(ledger), ["in-flight a 3"]);
});

test("the first preferred node with room is taken before roomier ones, and others than the possible ones never", () => {
  const asked = wish(1, { preferred: ["a", "c"], possible: new Set(["a", "b", "c"]) });
  assert.deepEqual(reserve(createLedger(), asked, { a: 2, b: 8, c: 4, d: 99 }), { node: "c" });
  const without = reserve(createLedger(), { ...asked, possible: new Set(["a"]) }, { b: 9 });
  assert.deepEqual(without, { refusal: "no device class ssd on a", isPassing: false });
});

test("on the only possible node lvmd decides, unless room there is promised to others", () => {
  const copy = wish(1, { name: "snapshot-1", possible: new Set(["a"]) });
  assert.deepEqual(reserve(createLedger(), copy, { a: 1 }), { node: "a" });
  const ledger = createLedger();
  ask(ledger, podAsking(2), nodesWith({ a: 3 }), 0);
  assert.deepEqual("node" in reserve(ledger, copy, { a: 3 }), false);
});

test("a growth counts from the moment at which it is granted, and until its volume asks for it", () => {
  const ledger = createLedger();
  const made = volumeTrace(1, { currentBytes: 3n * gibibyte, counted: { generation: 5, earlierBytes: 0n } });
  ledger.figures("a", 5, roomOf({ ssd: 4 }).freeBytes, 0);
  ledger.volume(made.name, made, 0);
  const growth = wish(1, {
    isNew: false,
    moreBytes: 2n * gibibyte,
    wantedBytes: 5n * gibibyte,
    possible: new Set(["a"]),
  });
  assert.deepEqual(reserve(ledger, growth, { a: 4 }), { node: "a" });
  assert.deepEqual(ask(ledger, podAsking(2), nodesWith({ a: 4 }), 1).names, []);
  ledger.volume(made.name, made, 5);
  assert.deepEqual(held(ledger), ["in-flight a 2"]);
  ledger.volume(made.name, { ...made, wantedBytes: 5n * gibibyte }, 10);
  assert.deepEqual(held(ledger), ["volume a 2"]);
});

test("a larger growth takes the place of one that is pending", () => {
  const ledger = createLedger();
  ledger.figures("a", 5, roomOf({ ssd: 4 }).freeBytes, 0);
  const counted = { generation: 5, earlierBytes: 0n };
  const pending = volumeTrace(1, { currentBytes: 3n * gibibyte, wantedBytes: 5n * gibibyte, counted });
  ledger.volume(pending.name, pending, 0);
  const growth = { isNew: false, moreBytes: 4n * gibibyte, wantedBytes: 7n * gibibyte, possible: new Set(["a"]) };
  assert.deepEqual(reserve(ledger, wish(1, growth), { a: 4 }), { node: "a" });
  assert.deepEqual(held(ledger), ["in-flight a 2", "volume a 2"]);
});

test("a copy on the node that its own pod was given takes nothing more", () => {
  const ledger = createLedger();
  ledger.claim(uidOf(1), "default/c1", claimTrace(1, { node: "a" }), 0);
  assert.deepEqual(reserve(ledger, wish(1, { possible: new Set(["a"]) }), { a: 3 }), { node: "a" });
  assert.deepEqual(held(ledger), ["placed a 3"]);
});

test("of any wishes in any order no node is asked for more than it has", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 30 });
  const nodes = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 12 }), { minKeys: 1 });
  fc.assert(
    fc.property(sizes, nodes, (gib, free) => {
      const ledger = createLedger();
      const given = new Map<string, number>();
      gib.forEach((size, number) => {
        const bytes = BigInt(size) * gibibyte;
        const grant = reserve(ledger, wish(number, { moreBytes: bytes, wantedBytes: bytes }), free);
        if ("node" in grant) given.set(grant.node, (given.get(grant.node) ?? 0) + size);
        else for (const [name, room] of Object.entries(free)) assert.ok(room - (given.get(name) ?? 0) < size);
      });
      for (const [name, sum] of given) assert.ok(sum <= (free[name] ?? 0));
    }),
  );
});

test("a growth is no substitute for a volume that the figures do not count yet", () => {
  const ledger = createLedger();
  ledger.figures("a", 4, roomOf({ ssd: 9 }).freeBytes, 0);
  const counted = { generation: 5, earlierBytes: 0n };
  const made = volumeTrace(1, { currentBytes: 3n * gibibyte, counted });
  ledger.volume(made.name, made, 0);
  ask(ledger, podAsking(2), nodesWith({ a: 9 }), 0);
  const growth = { isNew: false, moreBytes: 4n * gibibyte, wantedBytes: 7n * gibibyte, possible: new Set(["a"]) };
  assert.equal("node" in reserve(ledger, wish(1, growth), { a: 9 }), false);
});

test("a growth that is granted before its volume is seen is held beside it", () => {
  const ledger = createLedger();
  reserve(ledger, wish(1), { a: 9 });
  for (const size of [5n, 6n]) {
    const growth = { isNew: false, moreBytes: size * gibibyte - 3n * gibibyte, wantedBytes: size * gibibyte };
    reserve(ledger, wish(1, growth), { a: 9 });
  }
  assert.deepEqual(held(ledger), ["in-flight a 2", "in-flight a 3", "in-flight a 3"]);
});
