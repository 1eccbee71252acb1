import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { readMountOptions } from "../../../src/csi/rules/mount-options.ts";

test("options come through once each, lists taken apart", () => {
  assert.deepEqual(readMountOptions(["noatime,discard", "noatime", ""], false), {
    isReadOnly: false,
    options: ["noatime", "discard"],
  });
});

test("ro among the options asks for a read-only mount", () => {
  assert.deepEqual(readMountOptions(["ro", "noatime"], false), { isReadOnly: true, options: ["noatime"] });
});

test("rw is fine where the mount is to be writable, and is not repeated", () => {
  assert.deepEqual(readMountOptions(["rw"], false), { isReadOnly: false, options: [] });
});

for (const [flags, isReadOnly] of [
  [["rw"], true],
  [["ro", "rw"], false],
  [["remount"], false],
  [["loop=/dev/loop0"], false],
  [["a=b c"], false],
  [["-o"], false],
  [["x\\,y"], false],
] as const) {
  test(`${flags.join(" ")} with read-only ${isReadOnly} is refused`, () => {
    assert.throws(() => readMountOptions(flags, isReadOnly), { code: "invalid-argument" });
  });
}

test("no option can become two, or an argument of its own", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.boolean(), (flags, isReadOnly) => {
      try {
        for (const option of readMountOptions(flags, isReadOnly).options) assert.match(option, /^[A-Za-z_][^,\s\\]*$/);
      } catch (error) {
        assert.equal((error as { code?: string }).code, "invalid-argument");
      }
    }),
  );
});
