import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Bytes, bytesOf } from "../../../src/capacity/bytes.ts";
import { type AskedNode, nodesOf, untold } from "../../../src/capacity/nodes.ts";
import { createLedger, type Ledger } from "../../../src/capacity/reservations/ledger.ts";
import { createRooms } from "../../../src/capacity/rooms.ts";
import { defaultScoring } from "../../../src/capacity/score.ts";
import { gibibyte, roomOf } from "../../support/fake-view.ts";
import { claimTrace, podAsking } from "./support.ts";

const classes = ["ssd", "hdd", "00default"];
const names = ["a", "b", "c", "d", "e"];

const free = fc.dictionary(fc.constantFrom(...classes), fc.constantFrom(8, 8, 20));
const asked = fc.dictionary(fc.constantFrom(...classes), fc.integer({ min: 1, max: 3 }), { minKeys: 1 });
const number = fc.nat(5);

/** What may happen to a ledger between two questions. */
const step = fc.oneof(
  fc.record({ kind: fc.constant("pod" as const), number, asked }),
  fc.record({
    kind: fc.constant("claim" as const),
    number,
    node: fc.constantFrom(...names),
    deviceClass: fc.constantFrom(...classes),
  }),
  fc.record({ kind: fc.constant("gone" as const), number }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const moment = { nowMs: 0, isFollowing: true };

function take(ledger: Ledger, one: Step, nodes: readonly AskedNode[]): void {
  const { key, uid, ...facts } = claimTrace(one.number);
  if (one.kind === "pod") ledger.decide(podAsking(one.number, one.asked), nodesOf(nodes), defaultScoring, moment);
  else if (one.kind === "gone") ledger.claim(uid, key, undefined, moment.nowMs);
  else ledger.claim(uid, key, { ...facts, key, uid, node: one.node, deviceClass: one.deviceClass }, moment.nowMs);
}

test("what is left by class is what is free less what is reserved on each node, whatever has happened", () => {
  const supplies = fc.tuple(...names.map(() => free));
  const property = fc.property(
    supplies,
    fc.array(step),
    fc.constantFrom(1, 64),
    number,
    asked,
    (rooms, steps, mostCounted, n, demand) => {
      const nodes = rooms.map((room, at) => ({ name: names[at] ?? "", supply: roomOf(room) }));
      const ledger = createLedger({ mostCounted });
      // the second one was there before anything happened, the first is new to each question
      const [fresh, followed] = [() => createRooms(nodes), createRooms(nodes)];
      const order = ["stranger", ...names.toReversed()];
      for (const one of [undefined, ...steps]) {
        if (one !== undefined) take(ledger, one, nodes);
        for (const of of [followed.nodes(order), ...(one === steps.at(-1) ? [fresh().nodes(order)] : [])]) {
          const field = ledger.field(podAsking(n, demand), of);
          for (const deviceClass of classes) {
            const expected = order.map((_, at): Bytes => {
              const bytes = of.supply(at).freeBytes.get(deviceClass);
              return bytes === undefined ? untold : bytesOf(bytes - (field.reserved(at).get(deviceClass) ?? 0n));
            });
            assert.deepEqual(field.left(deviceClass), expected);
          }
        }
      }
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test("room that a pod is let through to is reserved for it in the columns of others", () => {
  const nodes = [{ name: "a", supply: roomOf({ ssd: 8, hdd: 8 }) }];
  const ledger = createLedger();
  const rooms = createRooms(nodes);
  const left = () => ledger.field(podAsking(2, { ssd: 1 }), rooms.nodes(["a"])).left("ssd");
  assert.deepEqual(left(), [Number(8n * gibibyte)]);
  ledger.decide(podAsking(1, { ssd: 3 }), rooms.nodes(["a"]), defaultScoring, moment);
  assert.deepEqual(left(), [Number(5n * gibibyte)]);
});
