import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { allocatableExtents } from "../../src/lvmd/lvm/capacity/allocatable.ts";
import { layoutArguments, layoutOf } from "../../src/lvmd/lvm/capacity/layout.ts";
import type { FreeRun } from "../../src/lvmd/lvm/report/group.ts";
import { fullStoreBytes } from "../../src/lvmd/snapshot-store.ts";
import { deviceClass } from "./samples.ts";

const shape = (images: number, dataImages: number, metadata: boolean) => ({ images, dataImages, metadata });

/** Images and data images as `lvs -o stripes,data_stripes` told of volumes that LVM 2.03.16 made of these arguments. */
const layouts: readonly (readonly [string, ReturnType<typeof shape>])[] = [
  ["", shape(1, 1, false)],
  ["--type linear", shape(1, 1, false)],
  ["-i 3", shape(3, 3, false)],
  ["-i3 -I 64k", shape(3, 3, false)],
  ["--stripes=2", shape(2, 2, false)],
  ["--type striped", shape(1, 1, false)],
  ["-m1", shape(2, 1, true)],
  ["--mirrors 2", shape(3, 1, true)],
  ["--type raid1", shape(2, 1, true)],
  ["--type=raid1 -m 2", shape(3, 1, true)],
  ["-m1 -i2", shape(4, 2, true)],
  ["--type raid10", shape(4, 2, true)],
  ["--type raid10 -m1 -i3", shape(6, 3, true)],
  ["--type raid5", shape(3, 2, true)],
  ["--type raid5_ls -i 3", shape(4, 3, true)],
  ["--type raid6", shape(5, 3, true)],
  ["--type raid6 -i 4", shape(6, 4, true)],
  ["--type raid4", shape(3, 2, true)],
  ["--type raid0", shape(2, 2, false)],
  ["--type raid0_meta -i 3", shape(3, 3, true)],
];
for (const [args, layout] of layouts)
  test(`"${args}" makes ${layout.images} images, ${layout.dataImages} of them data`, () => {
    assert.deepEqual(layoutOf(args.split(" ")), layout);
  });

test("an option class takes the place of all that its class says", () => {
  const own = deviceClass({ stripe: 2, stripeSize: "64k", lvcreateOptions: ["--type", "raid10"] });
  assert.deepEqual(layoutArguments(own, undefined), ["-i", "2", "-I", "64k", "--type", "raid10"]);
  assert.deepEqual(layoutArguments(own, { name: "o", options: ["--type=raid1"] }), ["--type=raid1"]);
});

const disks = (...extents: number[]): FreeRun[] =>
  extents.map((count, index) => ({ disk: `/dev/${index}`, extents: count }));

/** Extents that `lvcreate -l 100%FREE` of LVM 2.03.16 took on disks with 411, 311, 511 and 511 free extents. */
const taken: readonly (readonly [string, number])[] = [
  ["--type linear", 1744],
  ["-i 2", 1644],
  ["-i 3", 1533],
  ["-i 4", 1244],
  ["--type raid1", 821],
  ["--type raid1 -m2", 510],
  ["--type raid10 -i2", 620],
  ["--type raid5 -i2", 1020],
  ["--type raid5 -i3", 930],
  ["--type raid6 -i3", 0],
  ["--type raid0 -i3", 1533],
];
for (const [args, extents] of taken)
  test(`"${args}" can have ${extents} extents, as seen`, () => {
    assert.equal(allocatableExtents(disks(411, 311, 511, 511), layoutOf(args.split(" "))), extents);
  });

test("the runs of one disk never hold two images", () => {
  const runs = [
    { disk: "a", extents: 50 },
    { disk: "a", extents: 50 },
  ];
  assert.equal(allocatableExtents(runs, layoutOf(["-i", "2"])), 0);
});

test("no disk at all holds nothing", () => {
  assert.equal(allocatableExtents([], layoutOf([])), 0);
  assert.equal(allocatableExtents([], layoutOf(["-m", "1"])), 0);
});

const anyRuns = fc.array(
  fc.record({ disk: fc.constantFrom("a", "b", "c", "d"), extents: fc.integer({ min: 0, max: 300 }) }),
);
const anyLayout = fc.constantFrom(...layouts.map(([, layout]) => layout));

test("what can be had, with its parity and metadata, is never more than what is free", () => {
  fc.assert(
    fc.property(anyRuns, anyLayout, (runs, layout) => {
      const extents = allocatableExtents(runs, layout);
      const perImage = extents / layout.dataImages;
      const used = extents === 0 ? 0 : layout.images * (perImage + (layout.metadata ? 1 : 0));
      assert.ok(Number.isInteger(perImage) && extents >= 0);
      assert.ok(used <= runs.reduce((sum, run) => sum + run.extents, 0));
    }),
  );
});

test("a copy-on-write store of full size holds every chunk of its source, their index and a header", () => {
  assert.equal(fullStoreBytes(100n << 20n, 4n << 20n), 104n << 20n);
  assert.equal(fullStoreBytes(400n << 20n, 4n << 20n), 404n << 20n);
});
