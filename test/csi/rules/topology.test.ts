import assert from "node:assert/strict";
import test from "node:test";
import { readRequirement } from "../../../src/csi/rules/topology.ts";

const key = "topology.topolvm.io/node";
const of = (...nodes: string[]) => nodes.map((node) => ({ segments: { [key]: node } }));

test("the requisite nodes are possible, in the order of those that are preferred", () => {
  const wanted = readRequirement({ requisite: of("a", "b", "c"), preferred: of("a", "c", "b") }, key);
  assert.deepEqual(wanted, { possible: new Set(["a", "b", "c"]), preferred: ["a", "c", "b"] });
});

test("a preferred node that is not among the requisite ones is passed over", () => {
  const wanted = readRequirement({ requisite: of("a", "c"), preferred: of("b", "a") }, key);
  assert.deepEqual(wanted?.preferred, ["a"]);
});

test("without requisite nodes the preferred ones are possible", () => {
  assert.deepEqual(readRequirement({ requisite: [], preferred: of("b") }, key)?.possible, new Set(["b"]));
});

test("segments of other keys are left out, and nothing else is refused", () => {
  assert.equal(readRequirement(undefined, key), undefined);
  assert.throws(() => readRequirement({ requisite: [{ segments: { zone: "a" } }], preferred: [] }, key), {
    code: "invalid-argument",
  });
});
