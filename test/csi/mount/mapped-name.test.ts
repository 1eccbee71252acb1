import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { volumeOfMappedName } from "../../../src/csi/mount/mapped-name.ts";

// lvm(8): letters, digits, +, _, . and -, the latter not first
const lvmName = fc.stringMatching(/^[a-zA-Z0-9+_.][a-zA-Z0-9+_.-]{0,20}$/);

const doubled = (name: string) => name.replaceAll("-", "--");

test("the volume is found in every name that LVM makes", () => {
  fc.assert(
    fc.property(lvmName, lvmName, (group, volume) => {
      assert.equal(volumeOfMappedName(`${doubled(group)}-${doubled(volume)}`), volume);
    }),
  );
});

test("names that LVM does not make show no volume", () => {
  for (const name of ["", "cryptswap", "a--b", "-", "vg-"]) assert.equal(volumeOfMappedName(name), undefined, name);
});
