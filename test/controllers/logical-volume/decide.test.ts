import assert from "node:assert/strict";
import { test } from "node:test";
import { nextStep, wishOf } from "../../../src/controllers/logical-volume/decide.ts";
import { isNews } from "../../../src/controllers/logical-volume/news.ts";
import type { NodeVolume } from "../../../src/controllers/logical-volume/read.ts";
import { volumeOf } from "../../csi/support/volumes-twin.ts";

const finalizer = "topolvm.io/logicalvolume";
const GiB = 1n << 30n;

/** A volume of 1 GiB as it was wished for. */
function wished(changes: Partial<NodeVolume> = {}): NodeVolume {
  const own = { finalizers: [finalizer], isGivenUp: false, resizeRequestedAt: "", counted: undefined, version: "1" };
  return { ...volumeOf({ name: "a", sizeBytes: GiB }), uid: "u", ...own, ...changes };
}

/** As it is once it was made. */
function made(changes: Partial<NodeVolume> = {}): NodeVolume {
  return wished({ volumeId: "u", currentBytes: GiB, ...changes });
}

for (const [what, volume, tried, step] of [
  ["one that was made needs nothing", made(), undefined, "done"],
  ["one that is new is made", wished(), undefined, "make"],
  ["one with a source is copied", wished({ source: "s", accessType: "ro" }), undefined, "copy"],
  ["one whose making failed waits for who wished for it", wished({ code: 8 }), undefined, "done"],
  ["one without finalizer gets it first", wished({ finalizers: ["other"] }), undefined, "guard"],
  ["one that is leaving is removed, made or not", wished({ isLeaving: true }), undefined, "remove"],
  ["one that is leaving is removed whatever failed before", made({ isLeaving: true, code: 9 }), undefined, "remove"],
  [
    "one that leaves without our finalizer is others' business",
    made({ isLeaving: true, finalizers: [] }),
    undefined,
    "done",
  ],
  ["one that was given up is left alone", wished({ isGivenUp: true, finalizers: [] }), undefined, "done"],
  ["one whose size was lost is measured", made({ currentBytes: undefined }), undefined, "measure"],
  ["one that is too small grows", made({ wantedBytes: 2n * GiB }), undefined, "grow"],
  ["a growth that failed waits", made({ wantedBytes: 2n * GiB, code: 8 }), `${2n * GiB} `, "done"],
  ["a growth that failed for another wish is tried", made({ wantedBytes: 2n * GiB, code: 8 }), `${3n * GiB} `, "grow"],
  ["a growth that failed in a former process is tried", made({ wantedBytes: 2n * GiB, code: 8 }), undefined, "grow"],
  ["a growth whose outcome was cleared is tried", made({ wantedBytes: 2n * GiB }), `${2n * GiB} `, "grow"],
  ["a smaller wish needs nothing", made({ wantedBytes: 1n }), undefined, "done"],
] as const)
  test(what, () => assert.equal(nextStep(volume, finalizer, tried).kind, step));

test("a copy says of what, and can be written to unless it is a snapshot", () => {
  const copy = (changes: Partial<NodeVolume>) => nextStep(wished({ source: "s", ...changes }), finalizer, undefined);
  assert.deepEqual(copy({}), { kind: "copy", source: "s", accessType: "rw" });
  assert.deepEqual(copy({ accessType: "ro" }), { kind: "copy", source: "s", accessType: "ro" });
});

for (const [what, before, after, expected] of [
  ["a new volume", undefined, wished(), true],
  ["a volume that is gone", made(), undefined, false],
  ["another object of the name", made(), made({ uid: "other" }), true],
  ["a status that we wrote", wished(), made(), false],
  ["a failure that we wrote", wished(), wished({ code: 8, message: "full" }), false],
  ["an outcome that was cleared", wished({ code: 8 }), wished(), true],
  ["a status that was lost", made(), wished(), true],
  ["a larger wish", made(), made({ wantedBytes: 2n * GiB }), true],
  ["the same wish once more", made(), made({ resizeRequestedAt: "now" }), true],
  ["a removal", made(), made({ isLeaving: true }), true],
  ["a finalizer that was taken off", made(), made({ finalizers: [] }), true],
] as const)
  test(`${what} is ${expected ? "" : "no "}news`, () => assert.equal(isNews(before, after), expected));

test("a wish that is repeated later is another wish", () => {
  assert.notEqual(wishOf(made()), wishOf(made({ resizeRequestedAt: "now" })));
});
