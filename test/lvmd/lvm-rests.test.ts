import assert from "node:assert/strict";
import { test } from "node:test";
import { restsIn, whatBecame } from "../../src/lvmd/lvm/rests.ts";

const row = (vg_name: string, lv_uuid: string, lv_name: string, lv_tags = "") => ({
  vg_name,
  lv_uuid,
  lv_name,
  lv_tags,
});
const listed = (...lv: ReturnType<typeof row>[]) => restsIn({ report: [{ lv }] }, new Set(["vg"]));

test("rests are volumes that nobody asked for, in groups of ours", () => {
  const rests = listed(
    row("vg", "1", "data", "mine,nativestor.op=0123456789abcdef"),
    row("vg", "2", "half", "mine,nativestor.copying"),
    row("vg", "3", "nativestor-removed-a"),
    row("vg", "4", "nativestor-image-b"),
    row("other", "5", "nativestor-removed-c"),
  );
  assert.deepEqual(
    rests.map(({ uuid }) => uuid),
    ["2", "3", "4"],
  );
});

test("a rest that is gone is told as removed, one on its way out goes on, any other is left to a person", () => {
  const before = listed(
    row("vg", "1", "half", "nativestor.copying"),
    row("vg", "2", "nativestor-removed-a"),
    row("vg", "3", "nativestor-image-b"),
  );
  const after = listed(row("vg", "1", "nativestor-removed-n"), row("vg", "3", "nativestor-image-b"));
  const { removed, waiting, reported } = whatBecame(before, after);
  assert.deepEqual(
    removed.map(({ name, text }) => [name, text]),
    [["nativestor-removed-a", "a removed volume was not wiped to its end: it is gone"]],
  );
  assert.deepEqual(
    waiting.map(({ name, text }) => [name, text]),
    [["half", "a crash left half a copy: the daemon goes on wiping it"]],
  );
  assert.deepEqual(
    reported.map(({ name, text }) => [name, text]),
    [["nativestor-image-b", "a crash left what a volume was copied from: it cannot be taken away"]],
  );
});
