import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test from "node:test";
import { blockCapability, mountCapability } from "../support/requests.ts";
import { nodeForTest } from "./support.ts";

type Node = Awaited<ReturnType<typeof nodeForTest>>;

async function published(csi: Node, volumeCapability: object = mountCapability()): Promise<void> {
  await csi.node.nodePublishVolume({ volumeId: "v1", targetPath: csi.target, volumeCapability });
  csi.host.done.length = 0;
}

test("unpublishing takes away the mount, the target and the device's node", async () => {
  await using csi = await nodeForTest();
  await published(csi);
  await csi.node.nodeUnpublishVolume({ volumeId: "v1", targetPath: csi.target });
  assert.deepEqual(csi.host.done, ["unmount", "forget v1"]);
  assert.deepEqual(await readdir(dirname(csi.target)), []);
});

test("unpublishing a raw device takes away its file", async () => {
  await using csi = await nodeForTest();
  await published(csi, blockCapability);
  await csi.node.nodeUnpublishVolume({ volumeId: "v1", targetPath: csi.target });
  assert.deepEqual(await readdir(dirname(csi.target)), []);
});

test("unpublishing what is not published is done already", async () => {
  await using csi = await nodeForTest();
  await csi.node.nodeUnpublishVolume({ volumeId: "v1", targetPath: csi.target });
  await csi.node.nodeUnpublishVolume({ volumeId: "v9", targetPath: join(csi.folder, "none") });
});

test("a volume that is gone is still unmounted", async () => {
  await using csi = await nodeForTest();
  await published(csi);
  csi.host.drop("v1");
  await csi.node.nodeUnpublishVolume({ volumeId: "v1", targetPath: csi.target });
  assert.deepEqual(csi.host.entries, []);
});

test("the device's node stays while another pod uses it", async () => {
  await using csi = await nodeForTest();
  await published(csi);
  const other = `${csi.target}2`;
  await csi.node.nodePublishVolume({ volumeId: "v1", targetPath: other, volumeCapability: mountCapability() });
  await csi.node.nodeUnpublishVolume({ volumeId: "v1", targetPath: csi.target });
  assert.deepEqual(csi.host.done, ["mount ext4", "unmount"]);
});

test("a mount of another volume at the target is left alone", async () => {
  await using csi = await nodeForTest();
  await published(csi);
  csi.host.put("v2");
  const foreign = csi.node.nodeUnpublishVolume({ volumeId: "v2", targetPath: csi.target });
  await assert.rejects(foreign, { code: "failed-precondition", message: /not of this volume/ });
  assert.equal(csi.host.entries.length, 1);
});

test("a folder that is not empty is not removed with what is in it", async () => {
  await using csi = await nodeForTest();
  await mkdir(csi.target, { recursive: true });
  await writeFile(join(csi.target, "data"), "");
  await assert.rejects(csi.node.nodeUnpublishVolume({ volumeId: "v1", targetPath: csi.target }));
  assert.deepEqual(await readdir(csi.target), ["data"]);
});

test("a file system grows to its device", async () => {
  await using csi = await nodeForTest();
  await published(csi);
  csi.host.put("v1", { sizeBytes: 2n << 30n });
  const capacityRange = { requiredBytes: 2n << 30n };
  const request = { volumeId: "v1", volumePath: csi.target, capacityRange };
  assert.equal((await csi.node.nodeExpandVolume(request)).capacityBytes, 2n << 30n);
  assert.deepEqual(csi.host.done, ["grow ext4"]);
});

test("a raw device has nothing to grow", async () => {
  await using csi = await nodeForTest();
  await published(csi, blockCapability);
  const answer = await csi.node.nodeExpandVolume({ volumeId: "v1", volumePath: csi.target });
  assert.equal(answer.capacityBytes, 1n << 30n);
  assert.deepEqual(csi.host.done, []);
});

test("a file system cannot grow beyond its device", async () => {
  await using csi = await nodeForTest();
  await published(csi);
  const request = { volumeId: "v1", volumePath: csi.target, capacityRange: { requiredBytes: 2n << 30n } };
  await assert.rejects(csi.node.nodeExpandVolume(request), { code: "out-of-range" });
});

test("what is not published cannot grow, and has no figures", async () => {
  await using csi = await nodeForTest();
  const request = { volumeId: "v1", volumePath: csi.target };
  await assert.rejects(csi.node.nodeExpandVolume(request), { code: "not-found", message: /^volume_path/ });
  await assert.rejects(csi.node.nodeGetVolumeStats(request), { code: "not-found", message: /^volume_path/ });
});

test("a volume is not at a relative path", async () => {
  await using csi = await nodeForTest();
  const request = { volumeId: "v1", volumePath: "some/path" };
  await assert.rejects(csi.node.nodeGetVolumeStats(request), { code: "not-found", message: /^volume_path/ });
});

test("an unknown volume is not found, whatever the path", async () => {
  await using csi = await nodeForTest();
  const request = { volumeId: "v9", volumePath: "some/path" };
  await assert.rejects(csi.node.nodeExpandVolume(request), { code: "not-found", message: /^volume_id/ });
  await assert.rejects(csi.node.nodeGetVolumeStats(request), { code: "not-found", message: /^volume_id/ });
});

test("figures of a file system are bytes and inodes", async () => {
  await using csi = await nodeForTest();
  await published(csi);
  const { usage, volumeCondition } = await csi.node.nodeGetVolumeStats({ volumeId: "v1", volumePath: csi.target });
  assert.deepEqual(usage, [
    { unit: 1, total: 100n, used: 40n, available: 55n },
    { unit: 2, total: 10n, used: 3n, available: 7n },
  ]);
  assert.equal(volumeCondition?.abnormal, false);
});

test("figures of a raw device are its size", async () => {
  await using csi = await nodeForTest();
  await published(csi, blockCapability);
  const { usage } = await csi.node.nodeGetVolumeStats({ volumeId: "v1", volumePath: csi.target });
  assert.deepEqual(usage, [{ unit: 1, total: 1n << 30n, used: 0n, available: 0n }]);
});

for (const [attr, message] of [
  ["-wi-ao--p-", "the volume lacks a disk"],
  ["Vwi-aotzD-", "the volume is out of data space in its thin pool"],
  ["-wi-s-----", "the volume is suspended"],
] as const) {
  test(`${attr} is told as: ${message}`, async () => {
    await using csi = await nodeForTest();
    await published(csi);
    csi.host.put("v1", { attr });
    const { volumeCondition } = await csi.node.nodeGetVolumeStats({ volumeId: "v1", volumePath: csi.target });
    assert.deepEqual(volumeCondition, { abnormal: true, message });
  });
}

test("a file system that the kernel turned read-only is not well", async () => {
  await using csi = await nodeForTest();
  await published(csi);
  const [entry] = csi.host.entries;
  if (entry !== undefined) csi.host.entries[0] = { ...entry, superOptions: ["ro"] };
  const { volumeCondition } = await csi.node.nodeGetVolumeStats({ volumeId: "v1", volumePath: csi.target });
  assert.match(volumeCondition?.message ?? "", /read-only after errors/);
});

test("the node tells its name, its topology and what it can do", async () => {
  await using csi = await nodeForTest();
  assert.deepEqual(await csi.node.nodeGetInfo({}), {
    nodeId: "n1",
    maxVolumesPerNode: 0n,
    accessibleTopology: { segments: { "topology.topolvm.io/node": "n1" } },
  });
  const { capabilities } = await csi.node.nodeGetCapabilities({});
  assert.deepEqual(
    capabilities.map(({ type }) => type?.value.type),
    [2, 3, 4, 5],
  );
});
