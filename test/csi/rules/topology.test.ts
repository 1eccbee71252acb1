import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { chooseNode, readRequirement } from "../../../src/csi/rules/topology.ts";

const key = "topology.topolvm.io/node";
const of = (...nodes: string[]) => nodes.map((node) => ({ segments: { [key]: node } }));
const offers = new Map([
  ["a", 10n],
  ["b", 30n],
  ["c", 30n],
]);

test("without a requirement the node with most room is chosen, of equal ones the first by name", () => {
  assert.equal(chooseNode(undefined, offers, "", 5n), "b");
});

test("the first preferred node with room is chosen", () => {
  const wanted = readRequirement({ requisite: of("a", "b", "c"), preferred: of("a", "c", "b") }, key);
  assert.equal(chooseNode(wanted, offers, "", 5n), "a");
  assert.equal(chooseNode(wanted, offers, "", 20n), "c");
});

test("a preferred node that is not among the requisite ones is passed over", () => {
  const wanted = readRequirement({ requisite: of("a", "c"), preferred: of("b", "a") }, key);
  assert.equal(chooseNode(wanted, offers, "", 5n), "a");
});

test("requisite nodes without a preference: the one with most room", () => {
  const wanted = readRequirement({ requisite: of("a", "c"), preferred: [] }, key);
  assert.equal(chooseNode(wanted, offers, "", 5n), "c");
});

test("the only possible node is chosen also where its published room is too little", () => {
  const wanted = readRequirement({ requisite: of("a"), preferred: of("a") }, key);
  assert.equal(chooseNode(wanted, offers, "", 99n), "a");
});

test("nodes that do not offer the class are named", () => {
  const wanted = readRequirement({ requisite: of("x"), preferred: [] }, key);
  assert.throws(() => chooseNode(wanted, offers, "ssd", 1n), {
    code: "resource-exhausted",
    message: "no device class ssd on x",
  });
});

test("segments of other keys are left out, and nothing else is refused", () => {
  assert.equal(readRequirement(undefined, key), undefined);
  assert.throws(() => readRequirement({ requisite: [{ segments: { zone: "a" } }], preferred: [] }, key), {
    code: "invalid-argument",
  });
});

test("a chosen node is possible and has room, or is the only one", () => {
  const node: fc.Arbitrary<string> = fc.constantFrom("a", "b", "c", "d", "e");
  const room = fc.bigInt(0n, 100n);
  fc.assert(
    fc.property(
      fc.uniqueArray(node),
      fc.uniqueArray(node),
      fc.uniqueArray(fc.tuple(node, room), { selector: ([name]) => name }),
      room,
      (requisite, preferred, free, sizeBytes) => {
        fc.pre(requisite.length + preferred.length > 0);
        const wanted = readRequirement({ requisite: of(...requisite), preferred: of(...preferred) }, key);
        const offers = new Map(free);
        const possible = requisite.length > 0 ? requisite : preferred;
        const couldHold = possible.some((name) => (offers.get(name) ?? -1n) >= sizeBytes);
        try {
          const chosen = chooseNode(wanted, offers, "", sizeBytes);
          assert.ok(possible.includes(chosen));
          assert.ok((offers.get(chosen) ?? -1n) >= sizeBytes || possible.length === 1);
        } catch (error) {
          assert.equal((error as { code?: string }).code, "resource-exhausted");
          assert.equal(couldHold, false);
        }
      },
    ),
  );
});
