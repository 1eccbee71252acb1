import assert from "node:assert/strict";
import { test } from "node:test";
import { createChannel, createClient } from "nice-grpc";
import { HealthDefinition } from "nice-grpc-server-health";
import type { Storage } from "../../../src/lvmd/storage.ts";
import { deviceClass, emulated, thinClass } from "../samples.ts";
import { served } from "../serving.ts";
import { MiB, rejects } from "../storage-contract.ts";

const volume = { name: "a", deviceClass: "ssd", sizeBytes: 8n * MiB, tags: ["x"] };
const open = () => emulated([deviceClass({ isDefault: true, spareBytes: 64n * MiB }), thinClass(2)]);

test("a volume is made, listed, grown and removed", async (t) => {
  const { client } = await served(t, await open());
  const { volume: made } = await client.volumes.createLV(volume);
  const wanted = { ...volume, devMajor: 253, devMinor: 0, path: "/dev/vg/a", attr: "-wi-a-----" };
  const { deviceClass: _, ...onWire } = wanted;
  assert.deepEqual(made, onWire);
  assert.deepEqual((await client.groups.getLVList({ deviceClass: "ssd" })).volumes, [onWire]);
  const { sizeBytes } = await client.volumes.resizeLV({ name: "a", deviceClass: "ssd", sizeBytes: 12n * MiB });
  assert.equal(sizeBytes, 12n * MiB);
  await client.volumes.removeLV({ name: "a", deviceClass: "ssd" });
  assert.deepEqual((await client.groups.getLVList({ deviceClass: "ssd" })).volumes, []);
});

test("an empty class name means the default class", async (t) => {
  const { client } = await served(t, await open());
  await client.volumes.createLV({ ...volume, deviceClass: "" });
  assert.equal((await client.groups.getLVList({ deviceClass: "ssd" })).volumes.length, 1);
});

test("a volume without tags is told without tags", async (t) => {
  const { client } = await served(t, await open());
  assert.deepEqual((await client.volumes.createLV({ ...volume, tags: [] })).volume?.tags, []);
});

test("a snapshot is made", async (t) => {
  const { client } = await served(t, await open());
  await client.volumes.createLV({ ...volume, deviceClass: "thin" });
  const request = { ...volume, name: "s", deviceClass: "thin", sourceVolume: "a", accessType: "ro" };
  const { snapshot } = await client.volumes.createLVSnapshot(request);
  assert.equal(snapshot?.attr, "Vri-a-tz--");
});

test("free bytes leave the spare room out for a thick class, and are the promise for a thin one", async (t) => {
  const { client } = await served(t, await open());
  assert.equal((await client.groups.getFreeBytes({ deviceClass: "" })).freeBytes, 448n * MiB);
  assert.equal((await client.groups.getFreeBytes({ deviceClass: "thin" })).freeBytes, 1024n * MiB);
});

for (const [what, code, part, call] of [
  ["an unknown class", "not-found", "hdd", { ...volume, deviceClass: "hdd" }],
  ["no room", "resource-exhausted", "1099511627776", { ...volume, sizeBytes: 2n ** 40n }],
  ["a size of zero", "invalid-argument", "size_bytes", { ...volume, sizeBytes: 0n }],
  ["a negative size", "invalid-argument", "size_bytes", { ...volume, sizeBytes: -4096n }],
  ["a name that is an option", "invalid-argument", "name", { ...volume, name: "--config" }],
  ["an unknown option class", "invalid-argument", "lvcreate_option_class", { ...volume, lvcreateOptionClass: "q" }],
] as const) {
  test(`CreateLV answers ${code} for ${what}`, async (t) => {
    const { client } = await served(t, await open());
    await rejects(code, client.volumes.createLV(call), part);
  });
}

test("CreateLV answers already-exists for another volume of that name", async (t) => {
  const { client } = await served(t, await open());
  await client.volumes.createLV(volume);
  await rejects("already-exists", client.volumes.createLV({ ...volume, sizeBytes: 12n * MiB }), "a");
});

test("RemoveLV answers not-found the second time", async (t) => {
  const { client } = await served(t, await open());
  await client.volumes.createLV(volume);
  await client.volumes.removeLV({ name: "a", deviceClass: "ssd" });
  await rejects("not-found", client.volumes.removeLV({ name: "a", deviceClass: "ssd" }), "a");
});

test("CreateLVSnapshot refuses an access type that is neither ro nor rw", async (t) => {
  const { client } = await served(t, await open());
  const request = { ...volume, name: "s", sourceVolume: "a", accessType: "rx" };
  await rejects("invalid-argument", client.volumes.createLVSnapshot(request), "access_type");
});

test("CreateLVSnapshot answers out-of-range for less than the source", async (t) => {
  const { client } = await served(t, await open());
  await client.volumes.createLV(volume);
  const request = { ...volume, name: "s", sourceVolume: "a", accessType: "rw", sizeBytes: 4n * MiB };
  await rejects("out-of-range", client.volumes.createLVSnapshot(request), "size_bytes");
});

test("a failure that nobody foresaw is told as internal, with its reason", async (t) => {
  const storage = await open();
  const broken: Storage = { ...storage, listVolumes: () => Promise.reject(new Error("the disk is on fire")) };
  const { client } = await served(t, broken);
  await rejects("internal", client.groups.getLVList({ deviceClass: "ssd" }), "the disk is on fire");
});

test("calls are measured by method and code", async (t) => {
  const { client, registry } = await served(t, await open());
  await client.volumes.createLV(volume);
  await assert.rejects(client.volumes.removeLV({ name: "b", deviceClass: "ssd" }));
  const text = await registry.metrics();
  assert.match(text, /nativestor_lvmd_request_seconds_count\{method="CreateLV",code="OK"\} 1/);
  assert.match(text, /nativestor_lvmd_request_seconds_count\{method="RemoveLV",code="NOT_FOUND"\} 1/);
});

test("the health service calls each service well", async (t) => {
  const { server } = await served(t, await open());
  const channel = createChannel(`unix://${server.socketPath}`);
  t.after(() => channel.close());
  const health = createClient(HealthDefinition, channel);
  for (const service of ["", "proto.LVService", "proto.VGService"])
    assert.equal((await health.check({ service })).status, 1);
  await assert.rejects(health.check({ service: "proto.Nobody" }), /NOT_FOUND/);
});
