import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { checkId, objectNameOf } from "../../../src/csi/rules/identifier.ts";

test("names that Kubernetes takes stay as they are", () => {
  for (const name of ["pvc-1c0e", "snapshot-2", "a.b"]) assert.equal(objectNameOf(name), name);
});

test("every other name becomes one that Kubernetes takes", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (name) => {
      const objectName = objectNameOf(name);
      assert.match(objectName, /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
      assert.ok(objectName.length <= 253);
    }),
  );
});

for (const id of ["", ".", "..", "a/b", "../x", "x".repeat(129), "a\u0000b"]) {
  test(`${JSON.stringify(id.slice(0, 10))} of ${id.length} characters is no id`, () => {
    assert.throws(() => checkId(id, "volume_id"), { code: "invalid-argument", message: /^volume_id: / });
  });
}
