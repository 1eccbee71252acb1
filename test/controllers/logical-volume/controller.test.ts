import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { nodeRig, wish } from "../support/node-rig.ts";

const MiB = 1n << 20n;

test("a wished volume is made, under its uid, and its size is told", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a", { size: "130Mi" }));
  await rig.made("a");
  const { volumeID, currentSize, code } = rig.statusOf("a");
  assert.deepEqual([volumeID, currentSize, code], ["uid-a", String(132n * MiB), undefined]);
  assert.deepEqual(await rig.onDisk(), ["uid-a"]);
});

test("volumes of other nodes are left alone", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("theirs", { nodeName: "n2" }));
  rig.api.apply(wish("ours"));
  await rig.made("ours");
  assert.deepEqual(rig.statusOf("theirs"), {});
  assert.deepEqual(await rig.onDisk(), ["uid-ours"]);
});

test("where the API server cannot select by node, volumes of others are sorted out here", async (t) => {
  const rig = await nodeRig(t);
  rig.api.intercept = (request, response) => {
    if (!request.url?.includes("logicalvolumes?fieldSelector=spec")) return false;
    response.writeHead(400, { "content-type": "application/json" }).end("{}");
    return true;
  };
  const { controllers } = await rig.start();
  rig.api.apply(wish("theirs", { nodeName: "n2" }));
  rig.api.apply(wish("ours"));
  await rig.made("ours");
  assert.deepEqual(await rig.onDisk(), ["uid-ours"]);
  assert.deepEqual(
    [...controllers.volumes()].map(({ name }) => name),
    ["ours"],
  );
});

test("a volume that does not fit fails with the figures, once", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a", { size: "2Gi" }));
  await rig.made("a");
  const { code, message, volumeID } = rig.statusOf("a");
  assert.equal(volumeID, undefined);
  assert.equal(code, 8, "RESOURCE_EXHAUSTED");
  assert.match(message ?? "", /2147483648 bytes needed, 1073741824 bytes free/);
  const { version } = rig.api;
  rig.api.apply(wish("b"));
  await rig.made("b");
  const ofA = rig.api.requests.filter((request) => request.startsWith("PATCH") && request.includes("/a/status"));
  assert.equal(ofA.length, 1);
  assert.ok(rig.api.version > version);
});

test("a failure is told as an event about the volume", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a", { deviceClass: "hdd" }));
  await rig.made("a");
  assert.equal(rig.statusOf("a").code, 5, "NOT_FOUND");
  await eventually("an event", () => rig.api.all("Event").length === 1);
  const [event] = rig.api.all("Event");
  assert.deepEqual([event?.reason, event?.type], ["CreateVolumeFailed", "Warning"]);
});

test("a volume is guarded by the finalizer before it is made", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a", {}, { finalizers: [] }));
  await rig.made("a");
  assert.deepEqual(rig.api.find("LogicalVolume", "a")?.metadata.finalizers, ["topolvm.io/logicalvolume"]);
});

test("a removed volume goes from the disk, and then its object", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a"));
  await rig.made("a");
  await rig.remove("a");
  await rig.gone("a");
  assert.deepEqual(await rig.onDisk(), []);
});

test("a volume that is not on disk any more can be removed", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a"));
  await rig.made("a");
  await rig.storage.removeVolume("uid-a", "ssd");
  await rig.remove("a");
  await rig.gone("a");
});

test("a volume of a class that lvmd does not know is not let go: it may be on disk still", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a", { deviceClass: "hdd" }));
  await rig.made("a");
  await rig.patch("a", { status: { code: null, message: null } }, "/status");
  await rig.remove("a");
  await eventually("a failure", () => rig.statusOf("a").code === 5);
  assert.ok(rig.api.find("LogicalVolume", "a"));
});

test("a larger wish makes the volume grow", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a"));
  await rig.made("a");
  await rig.patch("a", { spec: { size: "256Mi" } });
  await eventually("growth", () => rig.statusOf("a").currentSize === String(256n * MiB));
  assert.equal((await rig.storage.listVolumes("ssd"))[0]?.sizeBytes, 256n * MiB);
});

test("growth that does not fit fails with the figures, and is tried again when it is asked for again", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a"));
  rig.api.apply(wish("b", { size: "512Mi" }));
  await rig.made("a");
  await rig.made("b");
  await rig.patch("a", { spec: { size: "768Mi" } });
  await eventually("a failure", () => rig.statusOf("a").code === 8);
  assert.equal(rig.statusOf("a").currentSize, String(128n * MiB), "the volume is unharmed");
  await rig.remove("b");
  await rig.gone("b");
  await rig.patch("a", { metadata: { annotations: { "topolvm.io/resize-requested-at": "2026-11-24T20:00:00Z" } } });
  await eventually("growth", () => rig.statusOf("a").currentSize === String(768n * MiB));
  assert.equal(rig.statusOf("a").code, undefined);
});

test("a snapshot is made of what its source is called on disk", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a", { deviceClass: "thin" }));
  await rig.made("a");
  rig.api.apply(wish("snap", { deviceClass: "thin", source: "a", accessType: "ro" }));
  await rig.made("snap");
  assert.deepEqual(await rig.onDisk("thin"), ["uid-a", "uid-snap"]);
});

test("a clone that is larger than its source gets its size", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a", { deviceClass: "thin" }));
  await rig.made("a");
  rig.api.apply(wish("clone", { deviceClass: "thin", source: "a", accessType: "rw", size: "256Mi" }));
  await rig.made("clone");
  assert.equal(rig.statusOf("clone").currentSize, String(256n * MiB));
});

test("a copy of something that is not here fails", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("snap", { deviceClass: "thin", source: "nothing", accessType: "ro" }));
  await rig.made("snap");
  assert.equal(rig.statusOf("snap").code, 5);
});

test("a copy waits for its source", async (t) => {
  const rig = await nodeRig(t);
  rig.api.apply(wish("copy", { deviceClass: "thin", source: "zsource", accessType: "rw" }));
  rig.api.apply(wish("zsource", { deviceClass: "thin" }));
  await rig.start();
  await rig.made("copy");
  assert.equal(rig.statusOf("copy").volumeID, "uid-copy");
});

test("a volume whose node was given up is left alone", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  rig.api.apply(wish("a", {}, { finalizers: [], annotations: { "topolvm.io/pendingdeletion": "true" } }));
  rig.api.apply(wish("b"));
  await rig.made("b");
  assert.deepEqual(await rig.onDisk(), ["uid-b"]);
  assert.deepEqual(rig.api.find("LogicalVolume", "a")?.metadata.finalizers, []);
});

test("while lvmd is away a wish waits, and is fulfilled when it is back", async (t) => {
  const rig = await nodeRig(t);
  await rig.start();
  await rig.stopLvmd();
  rig.api.apply(wish("a"));
  await eventually("a try", () => rig.api.requests.length > 3);
  await rig.startLvmd();
  await rig.made("a");
  assert.equal(rig.statusOf("a").volumeID, "uid-a");
  assert.equal(rig.statusOf("a").code, undefined);
});
