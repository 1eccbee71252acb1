import assert from "node:assert/strict";
import { test } from "node:test";
import type { WatchItem } from "../../src/gen/lvmd.ts";
import { createRoomReader, type LvmdRoom } from "../../src/lvmd/room.ts";

function item(deviceClass: string, freeBytes: bigint, isDefault = false): WatchItem {
  return { deviceClass, freeBytes, sizeBytes: 100n, thinPool: undefined, isDefault };
}

function defaultsOf({ classes }: LvmdRoom): string[] {
  return classes.filter(({ isDefault }) => isDefault).map(({ deviceClass }) => deviceClass);
}

test("the default class is the one that the daemon names, also where another has the same room", () => {
  const room = createRoomReader()({ freeBytes: 7n, items: [item("ssd", 7n), item("hdd", 7n, true)] });
  assert.deepEqual(defaultsOf(room), ["hdd"]);
});

test("the default class stays the default one when it is full", () => {
  assert.deepEqual(defaultsOf(createRoomReader()({ freeBytes: 0n, items: [item("ssd", 0n, true)] })), ["ssd"]);
});

test("a thin class may promise what its pool may, not what its group has", () => {
  const thinPool = { dataPercent: 1, metadataPercent: 2, overprovisionBytes: 50n, sizeBytes: 20n };
  const [state] = createRoomReader()({ freeBytes: 0n, items: [{ ...item("thin", 9n), thinPool }] }).classes;
  assert.deepEqual([state?.freeBytes, state?.groupFreeBytes], [50n, 9n]);
});

test("where the daemon names none, the first class with the default's room is the default one", () => {
  const items = [item("ssd", 5n), item("hdd", 7n), item("nvme", 7n)];
  assert.deepEqual(defaultsOf(createRoomReader()({ freeBytes: 7n, items })), ["hdd"]);
});

test("where the daemon names none, the default class stays when its room is gone", () => {
  const read = createRoomReader();
  read({ freeBytes: 7n, items: [item("ssd", 5n), item("hdd", 7n)] });
  assert.deepEqual(defaultsOf(read({ freeBytes: 0n, items: [item("ssd", 0n), item("hdd", 0n)] })), ["hdd"]);
});

test("where the daemon names none, a first guess is mended as soon as the rooms differ", () => {
  const read = createRoomReader();
  read({ freeBytes: 7n, items: [item("ssd", 7n), item("hdd", 7n)] });
  assert.deepEqual(defaultsOf(read({ freeBytes: 5n, items: [item("ssd", 7n), item("hdd", 5n)] })), ["hdd"]);
});

test("where there is no default class, none is guessed", () => {
  assert.deepEqual(defaultsOf(createRoomReader()({ freeBytes: 0n, items: [item("ssd", 0n)] })), []);
});
