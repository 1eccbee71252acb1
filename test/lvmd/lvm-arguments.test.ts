import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createThick,
  createThickSnapshot,
  createThin,
  createThinSnapshot,
  extend,
  remove,
} from "../../src/lvmd/lvm/arguments.ts";

const volume = { group: "vg", name: "a", tags: ["x=1", "y"], sizeBytes: 1n << 30n };

test("a thick volume is made with its tags, wiped, in bytes", () => {
  assert.deepEqual(
    createThick({ ...volume, wipe: true, layout: ["-i", "2"] }).join(" "),
    ["lvcreate -y -n a --addtag x=1 --addtag y -W y -L 1073741824b -i 2 vg"].join(),
  );
});

test("a thin volume names its pool", () => {
  assert.equal(
    createThin({ ...volume, tags: [], pool: "pool", options: [] }).join(" "),
    "lvcreate -y -n a -V 1073741824b --thinpool pool vg",
  );
});

test("a thin snapshot is not skipped at activation", () => {
  assert.equal(
    createThinSnapshot({ group: "vg", name: "s", tags: [], source: "a", readOnly: true }).join(" "),
    "lvcreate -y -n s -s -kn -p r vg/a",
  );
});

test("a thick snapshot has a store of the size given", () => {
  assert.equal(
    createThickSnapshot({ group: "vg", name: "s", tags: [], source: "a", readOnly: false, storeBytes: 4096n }).join(
      " ",
    ),
    "lvcreate -y -n s -s -L 4096b -p rw vg/a",
  );
});

test("a volume is removed by its identity, and not where thick snapshots would go with it", () => {
  assert.deepEqual(remove("vg", "emHecb-Cq0z"), [
    "lvremove",
    "-y",
    "-S",
    "lv_uuid=emHecb-Cq0z&&lv_role!=thickorigin",
    "vg",
  ]);
});

for (const name of [
  "",
  "-n",
  "--config",
  "../x",
  "a b",
  "a\nb",
  "a/b",
  "x".repeat(200),
  "ä",
  "a_tmeta",
  "$(id)",
  "a;b",
])
  test(`the name ${JSON.stringify(name.slice(0, 12))} never gets to lvm`, () => {
    assert.throws(() => createThick({ ...volume, name, wipe: true, layout: [] }), {
      code: "invalid-argument",
      message: /^name: /,
    });
    assert.throws(() => extend("vg", name, 4096n), { code: "invalid-argument", message: /^name: / });
    const snapshot = { group: "vg", name: "s", tags: [], source: name, readOnly: false };
    assert.throws(() => createThinSnapshot(snapshot), { code: "invalid-argument", message: /^name: / });
  });

for (const tag of ["-x", "--config=a", "a b", "a\nb", "@x", ""])
  test(`the tag ${JSON.stringify(tag)} never gets to lvm`, () => {
    const tags = ["fine", tag];
    assert.throws(() => createThick({ ...volume, tags, wipe: true, layout: [] }), {
      code: "invalid-argument",
      message: /^tags\[1\]: /,
    });
  });

for (const group of ["", "-vg", "a/b", ".."])
  test(`the group ${JSON.stringify(group)} never gets to lvm`, () => {
    assert.throws(() => remove(group, "abc"), { code: "invalid-argument", message: /^volume-group: / });
  });

test("an identity that is a condition never gets to lvm", () => {
  assert.throws(() => remove("vg", "x||lv_name=a"), { code: "invalid-argument", message: /^uuid: / });
});

test("a size of nothing never gets to lvm", () => {
  assert.throws(() => extend("vg", "a", 0n), { code: "invalid-argument", message: /^size_bytes: / });
});
