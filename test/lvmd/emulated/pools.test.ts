import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { createUse } from "../../../src/lvmd/emulated/use.ts";
import type { Storage } from "../../../src/lvmd/storage.ts";
import { scratch } from "../serving.ts";
import { deviceClass, emulated, thinClass, thinPool } from "../samples.ts";
import { MiB, rejects } from "../storage-contract.ts";

const volume = { name: "a", deviceClass: "thin", optionClass: "", tags: [], sizeBytes: 8n * MiB };
const created = { size: { bytes: 100n * MiB }, metadataBytes: undefined, chunkBytes: undefined };
const grow = { dataPercent: 70, metadataPercent: 70, by: { percent: 20 }, limitBytes: 130n * MiB };
const classes = (changes: Parameters<typeof thinPool>[0]) => [
  thinClass(2, { thinPool: thinPool(changes) }),
  deviceClass(),
];
const poolOf = async (storage: Storage) => (await storage.classState("thin")).thinPool;
const use = (dataBytes: bigint) => ({ dataBytes, metadataBytes: 0n });

async function change(storage: Storage, cause: () => void): Promise<void> {
  const heard = new EventTarget();
  const told = once(heard, "change");
  const leave = storage.onChange(() => heard.dispatchEvent(new Event("change")));
  cause();
  await told;
  leave();
}

describe("emulated thin pools", () => {
  it("are made where they are missing, with metadata and its spare out of the group", async () => {
    const storage = await emulated(classes({ create: created }));
    assert.equal((await poolOf(storage))?.sizeBytes, 100n * MiB);
    assert.equal((await storage.classState("ssd")).freeBytes, (1024n - 108n) * MiB);
  });

  it("are made once, over restarts", async (t) => {
    const folder = await scratch(t);
    const half = { ...created, size: { percent: 50 } };
    const first = await emulated(classes({ create: half }), { folder });
    const state = await first.state();
    await first.createVolume({ ...volume, deviceClass: "ssd" });
    await first.removeVolume("a", "ssd");
    await first.close();
    assert.deepEqual(await (await emulated(classes({ create: half }), { folder })).state(), state);
  });

  it("that cannot be made leave their class without room, and say why", async () => {
    const storage = await emulated(classes({ create: { ...created, size: { bytes: 2048n * MiB } } }));
    const { freeBytes, health } = await storage.classState("thin");
    assert.equal(freeBytes, 0n);
    assert.match(health ?? "", /thin pool pool is missing/);
    await rejects("resource-exhausted", storage.createVolume(volume), "thin pool pool is missing");
    assert.equal((await storage.createVolume({ ...volume, deviceClass: "ssd" })).sizeBytes, 8n * MiB);
  });

  it("tell how full they are", async () => {
    const full = createUse();
    const storage = await emulated(classes({ create: created }), { use: full });
    await change(storage, () => full.set("vg", "pool", { dataBytes: 25n * MiB, metadataBytes: 1n * MiB }));
    const { dataPercent, metadataPercent } = (await poolOf(storage)) ?? assert.fail();
    assert.deepEqual([dataPercent, metadataPercent], [25, 25]);
  });

  it("grow as they fill, up to their limit, and keep it over restarts", async (t) => {
    const [folder, full] = [await scratch(t), createUse()];
    const open = () => emulated(classes({ create: created, grow }), { use: full, folder });
    const storage = await open();
    await change(storage, () => full.set("vg", "pool", use(69n * MiB)));
    assert.equal((await poolOf(storage))?.sizeBytes, 100n * MiB);
    await change(storage, () => full.set("vg", "pool", use(70n * MiB)));
    assert.equal((await poolOf(storage))?.sizeBytes, 120n * MiB);
    await change(storage, () => full.set("vg", "pool", use(100n * MiB)));
    // whole extents within 130 MiB
    assert.equal((await poolOf(storage))?.sizeBytes, 128n * MiB);
    await storage.close();
    assert.equal((await poolOf(await open()))?.sizeBytes, 128n * MiB);
  });

  it("grow when another volume gives room back", async () => {
    const full = createUse();
    const storage = await emulated(classes({ create: created, grow }), { use: full });
    const { freeBytes } = await storage.classState("ssd");
    await storage.createVolume({ ...volume, deviceClass: "ssd", sizeBytes: freeBytes });
    await change(storage, () => full.set("vg", "pool", use(100n * MiB)));
    assert.equal((await poolOf(storage))?.sizeBytes, 100n * MiB);
    await storage.removeVolume("a", "ssd");
    assert.equal((await poolOf(storage))?.sizeBytes, 120n * MiB);
  });

  it("promise nothing more from their limit of real use on, and again below it", async () => {
    const full = createUse();
    const storage = await emulated(classes({ create: created, maxDataPercent: 80 }), { use: full });
    await storage.createVolume(volume);
    await change(storage, () => full.set("vg", "pool", use(80n * MiB)));
    assert.equal((await storage.classState("thin")).freeBytes, 0n);
    const snapshot = { ...volume, name: "s", sourceVolume: "a", accessType: "rw" as const };
    await rejects("resource-exhausted", storage.createVolume({ ...volume, name: "b" }), "80.00 % full");
    await rejects("resource-exhausted", storage.createSnapshot(snapshot), "80.00 % full");
    await rejects("resource-exhausted", storage.resizeVolume("a", "thin", 16n * MiB), "80.00 % full");
    assert.equal((await storage.createVolume(volume)).name, "a");
    await change(storage, () => full.set("vg", "pool", use(79n * MiB)));
    assert.equal((await storage.createVolume({ ...volume, name: "b" })).name, "b");
  });
});

describe("an emulated thick snapshot", () => {
  it("has a store by the policy of its class", async () => {
    const storage = await emulated([deviceClass({ snapshotStore: { percent: 25 } })]);
    await storage.createVolume({ ...volume, deviceClass: "ssd", sizeBytes: 64n * MiB });
    const { freeBytes } = await storage.classState("ssd");
    const request = {
      ...volume,
      name: "s",
      deviceClass: "ssd",
      sourceVolume: "a",
      accessType: "ro" as const,
      sizeBytes: 64n * MiB,
    };
    assert.equal((await storage.createSnapshot(request)).sizeBytes, 64n * MiB);
    assert.equal(freeBytes - (await storage.classState("ssd")).freeBytes, 16n * MiB);
  });
});
