import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { linuxDeviceNodes } from "../../../src/csi/mount/device-nodes.ts";
import type { Run } from "../../../src/csi/mount/run.ts";

const nobody: Run = () => assert.fail("nothing is to be run");

/** A folder that looks like sysfs, with one mapped device. */
async function sysfsWith(numbers: string, name: string): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-sysfs-"));
  const device = join(folder, "dev/block", numbers);
  await mkdir(join(device, "dm"), { recursive: true });
  await writeFile(join(device, "dm/name"), `${name}\n`);
  await writeFile(join(device, "size"), "8192\n");
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

test("a device that is not on the node is told by its numbers", async () => {
  const devices = linuxDeviceNodes("/nowhere", nobody);
  const error = { code: "not-found", message: "volume_id: its device 4095:1048575 is not on this node" };
  await assert.rejects(devices.sizeBytes(4095, 1_048_575), error);
  await assert.rejects(devices.place("v1", 4095, 1_048_575), error);
});

test("the size of a device is that of sysfs, in sectors of 512 bytes", async () => {
  await using sysfs = await sysfsWith("253:7", "vg-v1");
  assert.equal(await linuxDeviceNodes("/nowhere", nobody, sysfs.folder).sizeBytes(253, 7), 4_194_304n);
});

test("a volume whose numbers are another volume's now gets no device", async () => {
  await using sysfs = await sysfsWith("253:7", "vg-0--1");
  await assert.rejects(linuxDeviceNodes("/nowhere", nobody, sysfs.folder).place("1", 253, 7), {
    code: "unavailable",
    message: "volume_id: its device 253:7 is vg-0--1 now: lvmd has yet to see where the volume went",
  });
});

test("a volume gets a node of its numbers", async () => {
  await using sysfs = await sysfsWith("253:7", "my--vg-0--1");
  const commands: string[] = [];
  const run: Run = async (command, args) => {
    commands.push([command, ...args].join(" "));
    return { status: 0, stdout: "", stderr: "" };
  };
  const folder = join(sysfs.folder, "nodes");
  assert.equal(await linuxDeviceNodes(folder, run, sysfs.folder).place("0-1", 253, 7), join(folder, "0-1"));
  assert.deepEqual(commands, [`mknod -m 0600 ${folder}/0-1 b 253 7`]);
});
