import assert from "node:assert/strict";
import { test } from "node:test";
import type { WatchItem, WatchResponse } from "../../src/gen/lvmd.ts";
import { createRoomReader, type LvmdRoom } from "../../src/lvmd/room.ts";

function item(deviceClass: string, freeBytes: bigint, isDefault = false): WatchItem {
  return { deviceClass, freeBytes, sizeBytes: 100n, thinPool: undefined, isDefault, health: "" };
}

function told(freeBytes: bigint, items: WatchItem[], names?: string[]): WatchResponse {
  return { freeBytes, items, lvcreateOptionClasses: names && { names } };
}

function defaultsOf({ classes }: LvmdRoom): string[] {
  return classes.filter(({ isDefault }) => isDefault).map(({ deviceClass }) => deviceClass);
}

test("the default class is the one that the daemon names, also where another has the same room", () => {
  const room = createRoomReader()(told(7n, [item("ssd", 7n), item("hdd", 7n, true)]));
  assert.deepEqual(defaultsOf(room), ["hdd"]);
});

test("the default class stays the default one when it is full", () => {
  assert.deepEqual(defaultsOf(createRoomReader()(told(0n, [item("ssd", 0n, true)]))), ["ssd"]);
});

test("a thin class may promise what its pool may, not what its group has", () => {
  const thinPool = { dataPercent: 1, metadataPercent: 2, overprovisionBytes: 50n, sizeBytes: 20n };
  const [state] = createRoomReader()(told(0n, [{ ...item("thin", 9n), thinPool }])).classes;
  assert.deepEqual([state?.freeBytes, state?.groupFreeBytes], [50n, 9n]);
});

test("where the daemon names none, the first class with the default's room is the default one", () => {
  const items = [item("ssd", 5n), item("hdd", 7n), item("nvme", 7n)];
  assert.deepEqual(defaultsOf(createRoomReader()(told(7n, items))), ["hdd"]);
});

test("where the daemon names none, the default class stays when its room is gone", () => {
  const read = createRoomReader();
  read(told(7n, [item("ssd", 5n), item("hdd", 7n)]));
  assert.deepEqual(defaultsOf(read(told(0n, [item("ssd", 0n), item("hdd", 0n)]))), ["hdd"]);
});

test("where the daemon names none, a first guess is mended as soon as the rooms differ", () => {
  const read = createRoomReader();
  read(told(7n, [item("ssd", 7n), item("hdd", 7n)]));
  assert.deepEqual(defaultsOf(read(told(5n, [item("ssd", 7n), item("hdd", 5n)]))), ["hdd"]);
});

test("where there is no default class, none is guessed", () => {
  assert.deepEqual(defaultsOf(createRoomReader()(told(0n, [item("ssd", 0n)]))), []);
});

test("option classes are those that the daemon tells, and unknown where it tells none", () => {
  assert.deepEqual(createRoomReader()(told(0n, [], ["raid1"])).optionClasses, ["raid1"]);
  assert.deepEqual(createRoomReader()(told(0n, [], [])).optionClasses, []);
  assert.equal(createRoomReader()(told(0n, [])).optionClasses, undefined);
});

test("what is wrong with a class is told with it", () => {
  const ill = { ...item("ssd", 5n), health: "volume group vg misses a disk" };
  const { classes } = createRoomReader()(told(5n, [ill, item("hdd", 7n)]));
  assert.deepEqual(
    classes.map(({ health }) => health),
    ["volume group vg misses a disk", undefined],
  );
});
