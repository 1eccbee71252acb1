import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { nodeRig, wish } from "../support/node-rig.ts";

const MiB = 1n << 20n;

test("a volume that was made before a crash is recorded and not made twice", async (t) => {
  const rig = await nodeRig(t);
  await rig.storage.createVolume({
    name: "uid-a",
    deviceClass: "ssd",
    optionClass: "",
    tags: [],
    sizeBytes: 128n * MiB,
  });
  rig.api.apply(wish("a"));
  await rig.start();
  await rig.made("a");
  assert.deepEqual(rig.statusOf("a").currentSize, String(128n * MiB));
  assert.deepEqual(await rig.onDisk(), ["uid-a"]);
});

test("a volume that was made in another size than is wished by now is recorded, and grows", async (t) => {
  const rig = await nodeRig(t);
  await rig.storage.createVolume({
    name: "uid-a",
    deviceClass: "ssd",
    optionClass: "",
    tags: [],
    sizeBytes: 128n * MiB,
  });
  rig.api.apply(wish("a", { size: "256Mi" }));
  await rig.start();
  await eventually("growth", () => rig.statusOf("a").currentSize === String(256n * MiB));
  assert.equal(rig.statusOf("a").code, undefined);
  assert.deepEqual(await rig.onDisk(), ["uid-a"]);
});

test("a copy that was made before a crash is recorded although its source is gone", async (t) => {
  const rig = await nodeRig(t);
  const base = { deviceClass: "thin", tags: [], sizeBytes: 128n * MiB };
  await rig.storage.createVolume({ ...base, name: "uid-source", optionClass: "" });
  await rig.storage.createSnapshot({ ...base, name: "uid-copy", sourceVolume: "uid-source", accessType: "rw" });
  await rig.storage.removeVolume("uid-source", "thin");
  rig.api.apply(wish("copy", { deviceClass: "thin", source: "source", accessType: "rw" }));
  await rig.start();
  await rig.made("copy");
  assert.equal(rig.statusOf("copy").volumeID, "uid-copy");
});

test("a size that was lost is rebuilt from the disk", async (t) => {
  const rig = await nodeRig(t);
  await rig.storage.createVolume({
    name: "uid-a",
    deviceClass: "ssd",
    optionClass: "",
    tags: [],
    sizeBytes: 128n * MiB,
  });
  rig.api.apply({ ...wish("a"), status: { volumeID: "uid-a" } });
  await rig.start();
  await eventually("a size", () => rig.statusOf("a").currentSize === String(128n * MiB));
});

test("growth that was done before a crash is recorded", async (t) => {
  const rig = await nodeRig(t);
  await rig.storage.createVolume({
    name: "uid-a",
    deviceClass: "ssd",
    optionClass: "",
    tags: [],
    sizeBytes: 256n * MiB,
  });
  rig.api.apply({ ...wish("a", { size: "256Mi" }), status: { volumeID: "uid-a", currentSize: "134217728" } });
  await rig.start();
  await eventually("a size", () => rig.statusOf("a").currentSize === String(256n * MiB));
});

test("a volume that was removed before a crash is let go", async (t) => {
  const rig = await nodeRig(t);
  rig.api.apply({
    ...wish("a", {}, { deletionTimestamp: "2026-11-24T20:00:00Z" }),
    status: { volumeID: "uid-a", currentSize: "134217728" },
  });
  await rig.start();
  await rig.gone("a");
});

test("the lost size of a volume that is lost itself is told as a failure, once", async (t) => {
  const rig = await nodeRig(t);
  rig.api.apply({ ...wish("a"), status: { volumeID: "uid-a" } });
  await rig.start();
  await eventually("a failure", () => rig.statusOf("a").code === 5);
  rig.api.apply(wish("b"));
  await rig.made("b");
  assert.equal(rig.api.requests.filter((request) => request.includes("/a/status")).length, 1);
});

test("growth of a volume that is lost is no new, empty volume", async (t) => {
  const rig = await nodeRig(t);
  rig.api.apply({ ...wish("a", { size: "256Mi" }), status: { volumeID: "uid-a", currentSize: "134217728" } });
  await rig.start();
  await eventually("a failure", () => rig.statusOf("a").code === 5);
  assert.deepEqual(await rig.onDisk(), []);
});

test("a status that the API server refuses at first is written in the end", async (t) => {
  const rig = await nodeRig(t);
  let refused = 0;
  rig.api.intercept = (request, response) => {
    if (refused >= 2 || !request.url?.endsWith("/a/status")) return false;
    refused += 1;
    response.writeHead(500, { "content-type": "application/json" }).end("{}");
    return true;
  };
  await rig.start();
  rig.api.apply(wish("a"));
  await rig.made("a");
  assert.equal(refused, 2);
  assert.deepEqual(await rig.onDisk(), ["uid-a"]);
});

test("agents that are stopped and started at any moment leave the disk as it is wished", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode();
  for (let round = 0; round < 12; round += 1) {
    const agent = await rig.start();
    rig.api.apply(wish(`v${round}`, { size: "16Mi" }));
    if (round % 3 === 2) await rig.remove(`v${round - 1}`);
    if (round % 4 === 3) await rig.patch(`v${round - 3}`, { spec: { size: "32Mi" } });
    await agent.stop();
  }
  await rig.start();
  await eventually("all is done", () =>
    rig.api.all("LogicalVolume").every(({ metadata, status, spec }) => {
      const wanted = (spec as { size: string }).size === "32Mi" ? "33554432" : "16777216";
      return metadata.deletionTimestamp === undefined && (status as { currentSize?: string })?.currentSize === wanted;
    }),
  );
  const wished = rig.api.all("LogicalVolume").map(({ metadata }) => String(metadata.uid));
  assert.equal(wished.length, 8);
  assert.deepEqual(await rig.onDisk(), wished.sort());
});
