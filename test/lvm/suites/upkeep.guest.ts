import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { Registry } from "prom-client";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { assembleStorage } from "../../../src/lvmd/assemble.ts";
import type { DeviceClass } from "../../../src/lvmd/config/device-class.ts";
import { lvmBackend } from "../../../src/lvmd/lvm/backend.ts";
import { registerRoomMetrics } from "../../../src/lvmd/metrics/room.ts";
import { registerVolumeMetrics } from "../../../src/lvmd/metrics/volumes.ts";
import { watchStates } from "../../../src/lvmd/service/watch.ts";
import type { Storage } from "../../../src/lvmd/storage.ts";
import { configOf, thinPool } from "../../lvmd/samples.ts";
import { type HostStorage, hostClass, makeGroup, openHost, sh, until } from "./host.ts";

const MiB = 1n << 20n;
const sectors = 2 ** 20; // of 512 bytes: 512 MiB

before(() => {
  makeGroup("vg", "b");
  makeGroup("small", "e");
  for (const letter of ["c", "d"])
    sh("dmsetup", "create", `disk-${letter}`, "--table", `0 ${sectors - 2048} linear /dev/ubd${letter} 2048`);
  sh("vgcreate", "-q", "pair", "/dev/mapper/disk-c", "/dev/mapper/disk-d");
});

const ask = (name: string, deviceClass: string, sizeBytes = 8n * MiB) => ({
  name,
  deviceClass,
  optionClass: "",
  tags: [],
  sizeBytes,
});

async function opened(t: TestContext, ...classes: DeviceClass[]): Promise<HostStorage> {
  const host = await openHost(classes, { sweepMs: 300 });
  t.after(() => host.close());
  return host;
}

/** Puts another table under a device-mapper device, as a disk that breaks would behave. */
function retable(disk: string, table: string): void {
  sh("dmsetup", "suspend", "--noflush", "--nolockfs", disk);
  sh("dmsetup", "reload", disk, "--table", table);
  sh("dmsetup", "resume", disk);
}

/** Writes what no zeros are, past the cache. */
function fill(path: string, mebibytes: number): void {
  const script = `tr '\\0' x </dev/zero | dd of=${path} bs=1M count=${mebibytes} iflag=fullblock oflag=direct conv=notrunc status=none`;
  sh("sh", "-c", script);
}

const lvSize = (volume: string) =>
  BigInt(sh("lvs", "--noheadings", "--nosuffix", "--units", "b", "-o", "lv_size", volume).trim());

test("a pool that is missing is made once, in the sizes that were asked for", async (t) => {
  const create = { size: { bytes: 200n * MiB }, metadataBytes: 4n * MiB, chunkBytes: 128n << 10n };
  const made = hostClass("made", { thinPool: thinPool({ name: "made", create, overprovisionRatio: 4 }) });
  const first = await openHost([made]);
  const state = await first.storage.classState("made");
  assert.equal(state.thinPool?.sizeBytes, 200n * MiB);
  assert.equal(state.health, undefined);
  assert.equal(sh("lvs", "--noheadings", "--units", "k", "-o", "chunk_size", "vg/made").trim(), "128.00k");
  assert.equal(lvSize("vg/made_tmeta"), 4n * MiB);
  await first.storage.createVolume(ask("a", "made"));
  await first.close();
  const { storage } = await opened(t, made);
  assert.deepEqual(
    (await storage.listVolumes("made")).map(({ name }) => name),
    ["a"],
  );
  await storage.removeVolume("a", "made");
});

test("a pool that there is no room for is told, and its class has no room", async (t) => {
  const create = { size: { bytes: 4096n * MiB }, metadataBytes: undefined, chunkBytes: undefined };
  const { storage } = await opened(t, hostClass("never", { thinPool: thinPool({ name: "never", create }) }));
  const state = await storage.classState("never");
  assert.equal(state.freeBytes, 0n);
  assert.match(state.health ?? "", /thin pool vg\/never is missing: .*4294967296/);
});

test("a pool grows as it fills, data and metadata, up to its limit, and says when it cannot any more", async (t) => {
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "100m", "--poolmetadatasize", "4m", "-n", "grows", "vg");
  const grow = { dataPercent: 70, metadataPercent: 11, by: { percent: 20 }, limitBytes: 124n * MiB };
  const { storage } = await opened(
    t,
    hostClass("grows", { thinPool: thinPool({ name: "grows", overprovisionRatio: 4, grow }) }),
  );
  const volume = await storage.createVolume(ask("a", "grows", 200n * MiB));
  const sizeNow = async () => (await storage.classState("grows")).thinPool?.sizeBytes;
  assert.equal(await sizeNow(), 100n * MiB);
  fill(volume.path, 72);
  await until(storage, async () => (await sizeNow()) === 120n * MiB || undefined);
  assert.ok(lvSize("vg/grows_tmeta") > 4n * MiB);
  fill(volume.path, 110);
  await until(storage, async () => (await sizeNow()) === 124n * MiB || undefined);
  const health = await until(storage, async () => (await storage.classState("grows")).health);
  assert.match(health, /thin pool vg\/grows cannot grow any more, 8\d\.\d\d %/);
  await storage.removeVolume("a", "grows");
});

test("a pool above its limit of real use takes nothing more, and does again below it", async (t) => {
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "64m", "-n", "limited", "vg");
  const pool = thinPool({ name: "limited", overprovisionRatio: 10, maxDataPercent: 80 });
  const { storage } = await opened(t, hostClass("limited", { thinPool: pool }));
  const volume = await storage.createVolume(ask("a", "limited", 60n * MiB));
  fill(volume.path, 56);
  await until(storage, async () => (await storage.classState("limited")).freeBytes === 0n || undefined);
  const refused = { code: "resource-exhausted", message: /limited is 87\.50 % full/ };
  await assert.rejects(storage.createVolume(ask("b", "limited")), refused);
  await assert.rejects(storage.resizeVolume("a", "limited", 100n * MiB), refused);
  await storage.removeVolume("a", "limited");
  await storage.createVolume(ask("b", "limited"));
  await storage.removeVolume("b", "limited");
});

test("a pool that is really full is told by state, Watch and metrics", async (t) => {
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "32m", "-n", "full", "vg");
  // by default writes wait a minute for the pool to grow
  sh("lvchange", "-q", "-y", "--errorwhenfull", "y", "vg/full");
  const pool = thinPool({ name: "full", overprovisionRatio: 10 });
  const { storage } = await opened(t, hostClass("full", { thinPool: pool }));
  const volume = await storage.createVolume(ask("a", "full", 64n * MiB));
  const stop = new AbortController();
  const told = nextIll(storage, stop.signal);
  assert.throws(() => fill(volume.path, 40));
  assert.match((await told) ?? "", /vg\/full (is a thin pool without free data blocks|is full)/);
  stop.abort();
  assert.match(await metricsOf(storage), /nativestor_lvmd_class_status\{node="n",device_class="full"\} 1/);
  await storage.removeVolume("a", "full");
});

async function nextIll(storage: Storage, signal: AbortSignal): Promise<string | undefined> {
  for await (const [state] of watchStates(storage, signal)) if (state?.health !== undefined) return state.health;
  return undefined;
}

function metricsOf(storage: Storage): Promise<string> {
  const registry = new Registry();
  registerRoomMetrics(registry, storage, "n");
  registerVolumeMetrics(registry, storage, "n");
  return registry.metrics();
}

test("a snapshot whose room for changes fills is told before it is lost, grows where it may, and is told when it is lost", async (t) => {
  const changes = { volumeGroup: "small", snapshotStore: { percent: 25 } } as const;
  const grows = hostClass("cow", { ...changes, snapshotGrow: { percent: 70, by: { percent: 50 } } });
  const plain = hostClass("cow", changes);
  const snapshot = {
    name: "s",
    deviceClass: "cow",
    sourceVolume: "a",
    accessType: "ro",
    tags: [],
    sizeBytes: 32n * MiB,
  } as const;
  const percentNow = async (storage: Storage) =>
    (await storage.listVolumes("cow")).find(({ name }) => name === "s")?.storePercent ?? 0;
  {
    const growing = await opened(t, grows);
    const { storage } = growing;
    const volume = await storage.createVolume(ask("a", "cow", 32n * MiB));
    await storage.createSnapshot(snapshot);
    fill(volume.path, 6);
    await until(storage, async () => lvSize("small/s") === 12n * MiB || undefined);
    await until(storage, async () => ((await percentNow(storage)) < 70 ? true : undefined));
    assert.equal((await storage.createSnapshot(snapshot)).sizeBytes, 32n * MiB);
    // or it would let the snapshot grow on
    await growing.close();
  }
  const { storage } = await opened(t, plain);
  fill("/dev/small/a", 10);
  const healthNow = async (words: RegExp) => {
    const health = (await storage.listVolumes("cow")).find(({ name }) => name === "s")?.health;
    return health !== undefined && words.test(health) ? health : undefined;
  };
  await until(storage, () => healthNow(/room for changes is 8\d\.\d\d % full/));
  assert.match(await metricsOf(storage), /snapshot_store_percent\{node="n",device_class="cow",volume="s"\} 8\d/);
  fill("/dev/small/a", 16);
  await until(storage, () => healthNow(/invalid snapshot/));
  await storage.removeVolume("s", "cow");
  await storage.removeVolume("a", "cow");
});

test("a mirror that loses a disk goes on and is told as degraded, its class as ill, and both are well again", async (t) => {
  const mirrored = hostClass("mirrored", { volumeGroup: "pair", lvcreateOptions: ["--type", "raid1", "-m1"] });
  const { storage } = await opened(t, mirrored);
  const volume = await storage.createVolume(ask("m", "mirrored", 32n * MiB));
  await until(
    storage,
    async () => /100.00/.test(sh("lvs", "--noheadings", "-o", "copy_percent", "pair/m")) || undefined,
  );
  await until(storage, async () => !/raid_sync_percent\{/.test(await metricsOf(storage)) || undefined);
  retable("disk-d", `0 ${sectors - 2048} error`);
  fill(volume.path, 8);
  const ill = await until(storage, async () => (await storage.listVolumes("mirrored"))[0]?.health);
  assert.match(ill, /uses a disk that is missing|is degraded/);
  const health = await until(storage, async () => (await storage.classState("mirrored")).health);
  assert.match(health, /volume group pair misses a disk/);
  const metrics = await metricsOf(storage);
  assert.match(metrics, /nativestor_lvmd_class_status\{node="n",device_class="mirrored"\} 1/);
  assert.match(metrics, /nativestor_lvmd_volume_ill\{node="n",device_class="mirrored",volume="m",health="[^"]+"\} 1/);
  fill(volume.path, 4);
  retable("disk-d", `0 ${sectors - 2048} linear /dev/ubdd 2048`);
  await until(storage, async () => ((await storage.classState("mirrored")).health === undefined ? true : undefined));
  sh("lvchange", "-q", "--refresh", "pair/m");
  await until(storage, async () =>
    (await storage.listVolumes("mirrored"))[0]?.health === undefined ? true : undefined,
  );
  await storage.removeVolume("m", "mirrored");
});

test("a pool whose metadata cannot be written is told", async (t) => {
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "64m", "-n", "broken", "pair", "/dev/mapper/disk-c");
  const { storage } = await opened(
    t,
    hostClass("broken", { volumeGroup: "pair", thinPool: thinPool({ name: "broken", overprovisionRatio: 2 }) }),
  );
  await storage.createVolume(ask("a", "broken", 64n * MiB));
  retable("disk-c", `0 ${sectors - 2048} flakey /dev/ubdc 2048 0 3600 1 error_writes`);
  // something to write to the metadata
  sh("dmsetup", "message", "pair-broken-tpool", "0", "create_thin 77");
  const health = await until(storage, async () => (await storage.classState("broken")).health);
  assert.match(
    health,
    /pair\/broken (is a thin pool whose metadata is read-only|is a thin pool whose metadata has to be checked|has failed)/,
  );
  retable("disk-c", `0 ${sectors - 2048} linear /dev/ubdc 2048`);
});

test("a class over several groups, or those with a tag, on real LVM, and another configuration while it serves", async (t) => {
  for (const name of ["one", "two"]) sh("lvcreate", "-q", "-y", "-n", `under-${name}`, "-L", "128m", "-Zn", "vg");
  const environment = process.env;
  const prefix = { settings: ["devices/scan_lvs=1"], devices: [], devicesFile: undefined };
  for (const name of ["one", "two"])
    sh("vgcreate", "-q", "--config", "devices/scan_lvs=1", "--addtag", "fast", name, `/dev/vg/under-${name}`);
  const stateFolder = mkdtempSync(join(tmpdir(), "state-"));
  const spanned = hostClass("spanned", { volumeGroup: "", span: { groups: { tag: "fast" }, placement: "spread" } });
  const base = { ...configOf([spanned]), emulated: undefined, stateFolder, lvmOverrides: prefix };
  const backend = lvmBackend({ clock: systemClock, log: silentLogger, environment });
  const storage = await assembleStorage(base, () => backend, { clock: systemClock, log: silentLogger });
  t.after(() => storage.close());
  await storage.createVolume(ask("a", "spanned", 40n * MiB));
  await storage.createVolume(ask("b", "spanned", 40n * MiB));
  const groups = (await storage.listVolumes("spanned")).map(({ path }) => path.split("/")[2] ?? "");
  assert.deepEqual(groups.toSorted(), ["one", "two"]);
  const state = await storage.classState("spanned");
  assert.equal(state.groups?.length, 2);
  assert.equal(state.freeBytes, 84n * MiB);
  await assert.rejects(storage.createVolume(ask("c", "spanned", 100n * MiB)), { code: "resource-exhausted" });
  const named = hostClass("spanned", {
    volumeGroup: "one",
    span: { groups: { names: ["one", "two"] }, placement: "best" },
  });
  const small = hostClass("other", { volumeGroup: "small" });
  await storage.reconfigure({ ...base, deviceClasses: [named, small] });
  assert.equal((await storage.listVolumes("spanned")).length, 2);
  await storage.createVolume(ask("x", "other"));
  await storage.removeVolume("x", "other");
  for (const name of ["a", "b"]) await storage.removeVolume(name, "spanned");
});
