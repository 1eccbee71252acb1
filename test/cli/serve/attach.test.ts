import assert from "node:assert/strict";
import test from "node:test";
import { statesOf } from "../../../src/cli/serve/attach.ts";

function room(deviceClass: string, freeBytes: bigint) {
  return { deviceClass, freeBytes, sizeBytes: 100n, groupFreeBytes: freeBytes, thinPool: undefined };
}

function defaultsOf(defaultFreeBytes: bigint, ...classes: ReturnType<typeof room>[]): string[] {
  return statesOf({ defaultFreeBytes, classes })
    .filter(({ isDefault }) => isDefault)
    .map(({ deviceClass }) => deviceClass);
}

test("the class with the default's free room is the default one", () => {
  assert.deepEqual(defaultsOf(7n, room("ssd", 5n), room("hdd", 7n)), ["hdd"]);
});

test("of two classes with that room only one is the default one", () => {
  assert.deepEqual(defaultsOf(7n, room("ssd", 7n), room("hdd", 7n)), ["ssd"]);
});

test("where the default has no room there may be none", () => {
  assert.deepEqual(defaultsOf(0n, room("ssd", 0n)), []);
});
