import assert from "node:assert/strict";
import test from "node:test";
import { applyPatch as oracle } from "rfc6902";
import { applyPatch } from "../../../src/cli/walkthrough/apply-patch.ts";

const pod = {
  metadata: { name: "p", annotations: { "a/b": "1" } },
  spec: { containers: [{ name: "c" }, { name: "d" }] },
};

for (const [what, patch] of [
  ["a key that is new", [{ op: "add", path: "/metadata/annotations/x", value: "2" }]],
  ["a key with a slash and a tilde", [{ op: "add", path: "/metadata/annotations/a~1b~0c", value: "2" }]],
  ["a key that is there", [{ op: "add", path: "/metadata/annotations/a~1b", value: "2" }]],
  ["an object in a list", [{ op: "add", path: "/spec/containers/1/resources", value: { limits: { x: "1" } } }]],
  ["an item in the middle", [{ op: "add", path: "/spec/containers/1", value: { name: "new" } }]],
  ["an item at the end", [{ op: "add", path: "/spec/containers/-", value: { name: "new" } }]],
] as const)
  test(`${what} is added as RFC 6902 has it`, () => {
    const expected = structuredClone(pod);
    oracle(expected, structuredClone([...patch]));
    assert.deepEqual(applyPatch(pod, patch), expected);
  });

test("the object itself stays as it is", () => {
  const before = structuredClone(pod);
  applyPatch(pod, [{ op: "add", path: "/metadata/name", value: "q" }]);
  assert.deepEqual(pod, before);
});

for (const [what, patch] of [
  ["another operation", [{ op: "remove", path: "/metadata/name" }]],
  ["a place that is not there", [{ op: "add", path: "/status/phase/x", value: 1 }]],
  ["no list", {}],
] as const)
  test(`a patch with ${what} cannot be applied`, () => {
    assert.throws(() => applyPatch(pod, patch), { code: "internal" });
  });
