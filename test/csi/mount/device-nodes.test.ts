import assert from "node:assert/strict";
import test from "node:test";
import { linuxDeviceNodes } from "../../../src/csi/mount/device-nodes.ts";

test("a device that is not on the node is told by its numbers", async () => {
  const devices = linuxDeviceNodes("/nowhere", () => assert.fail("nothing is to be run"));
  await assert.rejects(devices.sizeBytes(4095, 1_048_575), {
    code: "not-found",
    message: "volume_id: its device 4095:1048575 is not on this node",
  });
});
