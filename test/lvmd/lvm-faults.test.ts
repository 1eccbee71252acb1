import assert from "node:assert/strict";
import { test } from "node:test";
import { errorOf, type Fault, faultOf } from "../../src/lvmd/lvm/faults.ts";

/** Said by LVM 2.03.16, with exit status 5. */
const said: Readonly<Record<string, Fault>> = {
  'Logical Volume "a" already exists in volume group "vg1"': "exists",
  'Volume group "nope" not found': "not-found",
  'Failed to find logical volume "vg1/nope"': "not-found",
  'Volume group "vg1" has insufficient free space (1994 extents): 204800 required.': "no-space",
  "Insufficient free space: 204775 extents needed, but only 1994 available": "no-space",
  "Insufficient suitable allocatable extents for logical volume raid: 9 more required": "no-space",
  "Number of stripes (9) must not exceed number of physical volumes (4)": "no-space",
  "Volume too large (8.00 EiB) for extent size 4.00 MiB. Upper limit is less than <16.00 PiB.": "no-space",
  "Cannot create new thin volume, free space in thin pool vg/pool reached threshold.": "no-space",
  "Logical volume vg1/mm contains a filesystem in use.": "busy",
  "Logical volume vg1/a in use.": "busy",
  "Cannot change VG vg1 while PVs are missing.": "device-missing",
  "Can't get lock for vg1": "lock-held",
  "Error writing device /dev/ubdb at 4096 length 512.": "write-failed",
  "Something that nobody has heard of": "unknown",
};
for (const [message, fault] of Object.entries(said))
  test(`"${message}" is ${fault}`, () => assert.equal(faultOf({ status: 5, messages: [message] }), fault));

test("an exit status that means wrong use counts before any words", () => {
  assert.equal(faultOf({ status: 3, messages: ["already exists"] }), "wrong-options");
});

test("no exit status means that the outcome is not known", () => {
  assert.equal(faultOf({ status: undefined, messages: ["already exists"] }), "lost");
});

test("the error says what was done and why not, without the warnings", () => {
  const error = errorOf("lvcreate vg/a", { status: 5, messages: ["WARNING: old", "Logical volume vg/a in use."] });
  assert.equal(error.code, "failed-precondition");
  assert.equal(error.message, "lvcreate vg/a: Logical volume vg/a in use.");
});

test("a failure without words tells its exit status", () => {
  assert.match(errorOf("lvcreate", { status: 5, messages: [] }).message, /exit status 5/);
});
