import assert from "node:assert/strict";
import test from "node:test";
import { blockCapability, creation, gibibyte, mountCapability, on } from "../support/requests.ts";
import { diligent, failing, type NodeTwin } from "../support/volumes-twin.ts";
import { controllerForTest } from "./support.ts";

type Controller = Awaited<ReturnType<typeof controllerForTest>>;

async function made(csi: Controller, name = "pvc-1", rest: object = {}): Promise<string> {
  const { volume } = await csi.controller.createVolume(creation(name, rest));
  return volume?.volumeId ?? "";
}

test("a deleted volume is gone when the call answers", async () => {
  await using csi = await controllerForTest();
  await csi.controller.deleteVolume({ volumeId: await made(csi) });
  assert.deepEqual(csi.volumes.list(), []);
});

test("deleting a volume that does not exist is done already", async () => {
  await using csi = await controllerForTest();
  await csi.controller.deleteVolume({ volumeId: "never-seen" });
});

test("a volume that its node cannot remove is reported with the node's code, and a later call tries again", async () => {
  await using csi = await controllerForTest();
  const volumeId = await made(csi);
  csi.volumes.setNode(failing(9, "in use"));
  const inUse = { code: "failed-precondition", message: "node n1: in use" };
  await assert.rejects(csi.controller.deleteVolume({ volumeId }), inUse);
  csi.volumes.setNode(diligent);
  await csi.controller.deleteVolume({ volumeId });
  assert.deepEqual(csi.volumes.list(), []);
});

test("a snapshot is not deleted as a volume", async () => {
  await using csi = await controllerForTest();
  const { snapshot } = await csi.controller.createSnapshot({ name: "s", sourceVolumeId: await made(csi) });
  const error = { code: "invalid-argument", message: /is a snapshot, and no volume/ };
  await assert.rejects(csi.controller.deleteVolume({ volumeId: snapshot?.snapshotId ?? "" }), error);
});

for (const [what, volumeId] of [
  ["no id", ""],
  ["an id of 1 KB", "x".repeat(1024)],
  ["a path", "../../etc"],
] as const) {
  test(`${what} is refused naming the field`, async () => {
    await using csi = await controllerForTest();
    const error = { code: "invalid-argument", message: /^volume_id: / };
    await assert.rejects(csi.controller.deleteVolume({ volumeId }), error);
    await assert.rejects(csi.controller.controllerExpandVolume({ volumeId }), error);
    await assert.rejects(csi.controller.validateVolumeCapabilities({ volumeId }), error);
  });
}

test("a volume grows to what is required, and its file system has to follow", async () => {
  await using csi = await controllerForTest();
  const volumeId = await made(csi);
  const range = { requiredBytes: 2n * gibibyte };
  assert.deepEqual(await csi.controller.controllerExpandVolume({ volumeId, capacityRange: range }), {
    capacityBytes: 2n * gibibyte,
    nodeExpansionRequired: true,
  });
});

test("a raw device needs nothing of the node to grow", async () => {
  await using csi = await controllerForTest();
  const volumeId = await made(csi, "pvc-1", { volumeCapabilities: [blockCapability] });
  const capacityRange = { requiredBytes: 2n * gibibyte };
  const request = { volumeId, capacityRange, volumeCapability: blockCapability };
  assert.equal((await csi.controller.controllerExpandVolume(request)).nodeExpansionRequired, false);
});

test("asking for less than there is answers the present size", async () => {
  await using csi = await controllerForTest();
  const volumeId = await made(csi);
  const capacityRange = { requiredBytes: 1n };
  const { capacityBytes } = await csi.controller.controllerExpandVolume({ volumeId, capacityRange });
  assert.equal(capacityBytes, gibibyte);
});

test("a growth that does not fit is out of range, so that it can be taken back, with the figures each time", async () => {
  await using csi = await controllerForTest();
  const volumeId = await made(csi);
  csi.volumes.setNode(failing(8, "asked 9Gi, free 3Gi"));
  const request = { volumeId, capacityRange: { requiredBytes: 9n * gibibyte } };
  const error = { code: "out-of-range", message: "node n1: asked 9Gi, free 3Gi" };
  await assert.rejects(csi.controller.controllerExpandVolume(request), error);
  await assert.rejects(csi.controller.controllerExpandVolume(request), error);
});

test("after a growth that failed a smaller one takes its wish back", async () => {
  await using csi = await controllerForTest();
  const volumeId = await made(csi);
  csi.volumes.setNode(failing(8, "full"));
  await assert.rejects(
    csi.controller.controllerExpandVolume({ volumeId, capacityRange: { requiredBytes: 9n * gibibyte } }),
  );
  await csi.controller.controllerExpandVolume({ volumeId, capacityRange: { requiredBytes: gibibyte } });
  assert.equal(csi.volumes.list()[0]?.wantedBytes, gibibyte);
});

test("a volume that is larger than the limit cannot be brought within it", async () => {
  await using csi = await controllerForTest();
  const volumeId = await made(csi);
  const capacityRange = { limitBytes: 4096n };
  await assert.rejects(csi.controller.controllerExpandVolume({ volumeId, capacityRange }), { code: "out-of-range" });
});

test("a volume that does not exist cannot grow", async () => {
  await using csi = await controllerForTest();
  const request = { volumeId: "never-seen", capacityRange: { requiredBytes: 1n } };
  await assert.rejects(csi.controller.controllerExpandVolume(request), { code: "not-found" });
});

test("a snapshot is made beside its source, and read-only", async () => {
  await using csi = await controllerForTest();
  const sourceVolumeId = await made(csi, "pvc-1", { parameters: { "topolvm.io/device-class": "ssd" } });
  const { snapshot } = await csi.controller.createSnapshot({ name: "snapshot-1", sourceVolumeId });
  assert.equal(snapshot?.readyToUse, true);
  assert.equal(snapshot.sizeBytes, gibibyte);
  assert.equal(snapshot.sourceVolumeId, sourceVolumeId);
  assert.deepEqual(csi.volumes.wishes[1], {
    name: "snapshot-1",
    nodeName: "n1",
    deviceClass: "ssd",
    optionClass: "",
    sizeBytes: gibibyte,
    copy: { source: "pvc-1", accessType: "ro" },
  });
});

test("the same snapshot again is the same, and of another source it is refused", async () => {
  await using csi = await controllerForTest();
  const sourceVolumeId = await made(csi);
  const first = await csi.controller.createSnapshot({ name: "s", sourceVolumeId });
  assert.deepEqual(await csi.controller.createSnapshot({ name: "s", sourceVolumeId }), first);
  const other = await made(csi, "pvc-2");
  const error = { code: "already-exists", message: "s exists with another source: pvc-1" };
  await assert.rejects(csi.controller.createSnapshot({ name: "s", sourceVolumeId: other }), error);
});

test("a snapshot of nothing is refused", async () => {
  await using csi = await controllerForTest();
  const error = { code: "not-found", message: /source_volume_id/ };
  await assert.rejects(csi.controller.createSnapshot({ name: "s", sourceVolumeId: "never-seen" }), error);
});

test("a deleted snapshot is gone and its source stays", async () => {
  await using csi = await controllerForTest();
  const { snapshot } = await csi.controller.createSnapshot({ name: "s", sourceVolumeId: await made(csi) });
  await csi.controller.deleteSnapshot({ snapshotId: snapshot?.snapshotId ?? "" });
  assert.deepEqual(
    csi.volumes.list().map(({ name }) => name),
    ["pvc-1"],
  );
});

test("a copy is made where its source is, and as large where no size is asked for", async () => {
  await using csi = await controllerForTest();
  const volumeId = await made(csi, "pvc-1", {
    accessibilityRequirements: on("n2"),
    capacityRange: { requiredBytes: 2n * gibibyte },
  });
  const { volume } = await csi.controller.createVolume({
    name: "copy",
    volumeCapabilities: [mountCapability()],
    volumeContentSource: { type: { $case: "volume", value: { volumeId } } },
  });
  assert.equal(volume?.capacityBytes, 2n * gibibyte);
  assert.deepEqual(volume.contentSource, { type: { $case: "volume", value: { volumeId } } });
  const { nodeName, copy } = csi.volumes.wishes[1] ?? {};
  assert.deepEqual({ nodeName, copy }, { nodeName: "n2", copy: { source: "pvc-1", accessType: "rw" } });
});

for (const [what, rest, code] of [
  ["smaller than its source", { capacityRange: { requiredBytes: gibibyte } }, "out-of-range"],
  ["of another class", { parameters: { "topolvm.io/device-class": "ssd" } }, "invalid-argument"],
  ["on another node", { accessibilityRequirements: on("n3") }, "resource-exhausted"],
  ["within less than its source", { capacityRange: { limitBytes: gibibyte } }, "out-of-range"],
] as const) {
  test(`a copy ${what} is refused`, async () => {
    await using csi = await controllerForTest();
    const volumeId = await made(csi, "pvc-1", { capacityRange: { requiredBytes: 2n * gibibyte } });
    const volumeContentSource = { type: { $case: "volume" as const, value: { volumeId } } };
    const copy = {
      ...creation("copy", { capacityRange: { requiredBytes: 2n * gibibyte } }),
      ...rest,
      volumeContentSource,
    };
    await assert.rejects(csi.controller.createVolume(copy), { code });
  });
}

test("a copy of a snapshot that does not exist is refused", async () => {
  await using csi = await controllerForTest();
  const volumeContentSource = { type: { $case: "snapshot" as const, value: { snapshotId: "never-seen" } } };
  await assert.rejects(csi.controller.createVolume(creation("copy", { volumeContentSource })), { code: "not-found" });
});

test("a source that is being removed is gone for copies", async () => {
  await using csi = await controllerForTest();
  const volumeId = await made(csi);
  const stuck: NodeTwin = (volume) =>
    volume.isLeaving && volume.code === 0 ? { code: 13, message: "stuck" } : undefined;
  csi.volumes.setNode(stuck);
  await assert.rejects(csi.controller.deleteVolume({ volumeId }));
  await assert.rejects(csi.controller.createSnapshot({ name: "s", sourceVolumeId: volumeId }), { code: "not-found" });
});

test("capacity is the sum of the nodes, and the largest volume that of one", async () => {
  await using csi = await controllerForTest();
  const { availableCapacity, maximumVolumeSize } = await csi.controller.getCapacity({});
  assert.deepEqual([availableCapacity, maximumVolumeSize], [26n * gibibyte, 18n * gibibyte]);
});

test("capacity of a node is its own, and nothing for one that is unknown or lacks the class", async () => {
  await using csi = await controllerForTest();
  const of = async (node: string, deviceClass: string) => {
    const { availableCapacity } = await csi.controller.getCapacity({
      accessibleTopology: { segments: { "topology.topolvm.io/node": node } },
      parameters: { "topolvm.io/device-class": deviceClass },
    });
    return availableCapacity;
  };
  assert.equal(await of("n2", ""), 4n * gibibyte);
  assert.equal(await of("unknown", ""), 0n);
  assert.equal(await of("n2", "ssd"), 0n);
  assert.equal(await of("n1", "hdd"), 0n);
});

test("possible capabilities are confirmed and impossible ones explained", async () => {
  await using csi = await controllerForTest();
  const volumeId = await made(csi);
  const possible = { volumeId, volumeCapabilities: [mountCapability("xfs")] };
  const { confirmed } = await csi.controller.validateVolumeCapabilities(possible);
  assert.deepEqual(confirmed?.volumeCapabilities, [mountCapability("xfs")]);
  const impossible = { volumeId, volumeCapabilities: [mountCapability("", [], 5)] };
  const answer = await csi.controller.validateVolumeCapabilities(impossible);
  assert.equal(answer.confirmed, undefined);
  assert.match(answer.message, /MULTI_NODE_MULTI_WRITER/);
});

test("the controller tells what it can do", async () => {
  await using csi = await controllerForTest();
  const { capabilities } = await csi.controller.controllerGetCapabilities({});
  const numbers = capabilities.map(({ type }) => type?.value.type);
  assert.deepEqual(numbers, [1, 4, 9, 7, 5, 13]);
});

test("copies and growth ask for room where their volume is, with what they take beyond it", async () => {
  await using csi = await controllerForTest();
  const volumeId = await made(csi);
  await csi.controller.createSnapshot({ name: "s", sourceVolumeId: volumeId });
  const capacityRange = { requiredBytes: 3n * gibibyte };
  await csi.controller.controllerExpandVolume({ volumeId, capacityRange });
  const asked = csi.room.wishes.map(({ name, moreBytes, wantedBytes, isNew, possible }) => [
    name,
    Number(moreBytes >> 30n),
    Number(wantedBytes >> 30n),
    isNew,
    possible && [...possible],
  ]);
  assert.deepEqual(asked, [
    ["pvc-1", 1, 1, true, undefined],
    ["s", 1, 1, true, ["n1"]],
    ["pvc-1", 2, 3, false, ["n1"]],
  ]);
});

test("what exists is asked about again without asking for room again", async () => {
  await using csi = await controllerForTest();
  await made(csi);
  await made(csi);
  assert.equal(csi.room.wishes.length, 1);
});
