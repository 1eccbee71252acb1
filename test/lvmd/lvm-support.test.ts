import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeviceClass } from "../../src/lvmd/config/device-class.ts";
import { refuseUnsupported } from "../../src/lvmd/lvm/support.ts";
import { deviceClass, thinPool } from "./samples.ts";

const growth = { dataPercent: 80, metadataPercent: 80, by: { percent: 20 }, limitBytes: undefined };
const creation = { size: { percent: 50 }, metadataBytes: undefined, chunkBytes: undefined };
const refused: readonly (readonly [string, Partial<DeviceClass>])[] = [
  ["several volume groups", { span: { groups: { names: ["a", "b"] }, placement: "best" } }],
  ["on-delete", { onDelete: { mode: "zero", bandwidthBytes: undefined } }],
  ["thin-pool.create", { thinPool: thinPool({ create: creation }) }],
  ["thin-pool.grow", { thinPool: thinPool({ grow: growth }) }],
];
for (const [field, changes] of refused)
  test(`a class that asks for ${field} is refused by name of the field`, () => {
    const classes = [deviceClass({ name: "fine" }), deviceClass({ name: "asks", ...changes })];
    const words = new RegExp(`class asks: .*${field}`);
    assert.throws(() => refuseUnsupported(classes), { code: "failed-precondition", message: words });
  });

test("classes of what is there are taken", () => {
  assert.doesNotThrow(() => refuseUnsupported([deviceClass(), deviceClass({ thinPool: thinPool() })]));
});
