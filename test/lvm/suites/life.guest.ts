import assert from "node:assert/strict";
import { closeSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { after, before, test } from "node:test";
import { thinPool } from "../../lvmd/samples.ts";
import { type HostStorage, hostClass, kernelBytes, makeGroup, openHost, sh } from "./host.ts";

const MiB = 1n << 20n;
const thick = hostClass("thick");
const thin = hostClass("thin", { thinPool: thinPool({ overprovisionRatio: 4 }) });
const other = hostClass("other", { volumeGroup: "other" });
const none = hostClass("none", { volumeGroup: "appears-later" });
const loose = hostClass("loose", { volumeGroup: "loose" });
const looseDisk = "/dev/loop0";
const looseFile = "/tmp/loose-disk";
let host: HostStorage;

before(async () => {
  makeGroup("vg", "bc");
  makeGroup("other", "d");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "256m", "-n", "pool", "vg");
  sh("lvcreate", "-q", "-y", "-n", "foreign", "-L", "8m", "vg");
  makeLooseGroup();
  host = await openHost([thick, thin, other, none, loose], { sweepMs: 3_600_000 });
});
after(() => host?.close());

const ask = (name: string, deviceClass: string, sizeBytes = 8n * MiB) => ({
  name,
  deviceClass,
  optionClass: "",
  tags: [],
  sizeBytes,
});

function write(path: string, text: string): void {
  const fd = openSync(path, "r+");
  writeSync(fd, Buffer.from(text.padEnd(4096, ".")), 0, 4096, 4096);
  fsyncSync(fd);
  closeSync(fd);
}

function read(path: string, length: number): string {
  const buffer = Buffer.alloc(length);
  const fd = openSync(path, "r");
  readSync(fd, buffer, 0, length, 4096);
  closeSync(fd);
  return buffer.toString();
}

/** Resolves when the state changes. The sweep is an hour away, so only an event can tell in time. */
function nextChange(): Promise<void> {
  return new Promise((resolve) => {
    const leave = host.storage.onChange(() => {
      leave();
      resolve();
    });
  });
}

for (const deviceClass of ["thick", "thin"] as const)
  test(`what is written to a ${deviceClass} volume survives a snapshot, growth and a new daemon`, async () => {
    const { storage } = host;
    const volume = await storage.createVolume(ask("data", deviceClass));
    write(volume.path, "first");
    const snapshot = await storage.createSnapshot({
      name: "copy",
      deviceClass,
      sourceVolume: "data",
      accessType: "rw",
      tags: [],
      sizeBytes: 8n * MiB,
    });
    write(volume.path, "second");
    assert.equal(read(snapshot.path, 5), "first");
    write(snapshot.path, "third");
    assert.equal(read(volume.path, 6), "second");
    await storage.removeVolume("copy", deviceClass);
    await storage.resizeVolume("data", deviceClass, 24n * MiB);
    const next = await openHost([hostClass("thick"), thin]);
    const found = (await next.storage.listVolumes(deviceClass)).find((entry) => entry.name === "data");
    await next.close();
    assert.equal(found?.sizeBytes, 24n * MiB);
    assert.equal(kernelBytes(found.devMajor, found.devMinor), 24n * MiB);
    assert.equal(read(found.path, 6), "second");
    await storage.removeVolume("data", deviceClass);
  });

test("a file system of a former volume does not shine through", async () => {
  const { storage } = host;
  const former = await storage.createVolume(ask("former", "other", 32n * MiB));
  sh("mkfs.ext4", "-q", former.path);
  await storage.removeVolume("former", "other");
  const fresh = await storage.createVolume(ask("fresh", "other", 32n * MiB));
  assert.throws(() => sh("blkid", "-p", fresh.path), { status: 2 });
  await storage.removeVolume("fresh", "other");
});

test("a volume that is mounted is not removed", async () => {
  const { storage } = host;
  const volume = await storage.createVolume(ask("mounted", "thick", 32n * MiB));
  sh("mkfs.ext4", "-q", volume.path);
  sh("mount", volume.path, "/mnt");
  await assert.rejects(storage.removeVolume("mounted", "thick"), { code: "failed-precondition", message: /in use/ });
  sh("umount", "/mnt");
  await storage.removeVolume("mounted", "thick");
});

test("a volume made by somebody else is told by an event", async (t) => {
  const told = nextChange();
  sh("lvcreate", "-q", "-y", "-n", "outside", "-L", "8m", "other");
  const begun = performance.now();
  await told;
  t.diagnostic(`told after ${Math.round(performance.now() - begun)} ms`);
  assert.ok((await host.storage.listVolumes("other")).some((volume) => volume.name === "outside"));
});

test("a volume that somebody removed is not found, one of its name that somebody made is another", async () => {
  await host.storage.createVolume(ask("taken", "other"));
  const told = nextChange();
  sh("lvremove", "-q", "-y", "other/taken");
  await told;
  await assert.rejects(host.storage.removeVolume("taken", "other"), { code: "not-found" });
  sh("lvcreate", "-q", "-y", "-n", "taken", "-L", "16m", "other");
  await assert.rejects(host.storage.createVolume(ask("taken", "other")), { code: "already-exists" });
});

test("changes from outside and from us at once both happen", async () => {
  const names = ["a", "b", "c", "d"];
  const ours = Promise.all(names.map((name) => host.storage.createVolume(ask(`ours-${name}`, "thick"))));
  for (const name of names) sh("lvcreate", "-q", "-y", "-n", `theirs-${name}`, "-L", "8m", "vg");
  await ours;
  const listed = sh("lvs", "--noheadings", "-o", "lv_name", "vg")
    .split("\n")
    .map((line) => line.trim());
  for (const name of names) assert.ok(listed.includes(`ours-${name}`) && listed.includes(`theirs-${name}`));
  for (const name of names) await host.storage.removeVolume(`ours-${name}`, "thick");
});

test("a group that is missing has no room, and holds up nobody", async () => {
  const states = await host.storage.state();
  assert.equal(states.find((state) => state.deviceClass === "none")?.sizeBytes, 0n);
  await assert.rejects(host.storage.classState("none"), { code: "failed-precondition", message: /appears-later/ });
});

test("a group that appears is told by an event", async () => {
  const told = nextChange();
  makeGroup("appears-later", "e");
  await told;
  assert.ok((await host.storage.classState("none")).freeBytes > 0n);
});

/** A group on a disk that can be pulled, which is out for now. */
function makeLooseGroup(): void {
  sh("modprobe", "loop");
  sh("truncate", "-s", "64M", looseFile);
  sh("losetup", looseDisk, looseFile);
  sh("vgcreate", "-q", "loose", looseDisk);
  sh("losetup", "-d", looseDisk);
}

/** Resolves when it is so, which only events can make it; tells how long that took, in ms. */
async function untilTold(isSo: () => Promise<boolean>): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const told = nextChange();
    if (await isSo()) return Math.round(performance.now() - begun);
    await told;
  }
}

const sizeOf = async (deviceClass: string) =>
  (await host.storage.state()).find((one) => one.deviceClass === deviceClass)?.sizeBytes ?? 0n;

test("a disk that comes, with a group on it, is told by an event, and so is one that goes", async (t) => {
  assert.equal(await sizeOf("loose"), 0n);
  sh("losetup", looseDisk, looseFile);
  const came = await untilTold(async () => (await sizeOf("loose")) > 0n);
  const { storage } = host;
  await storage.createVolume(ask("on-loose", "loose"));
  await storage.removeVolume("on-loose", "loose");
  sh("losetup", "-d", looseDisk);
  const went = await untilTold(async () => (await sizeOf("loose")) === 0n);
  t.diagnostic(`told after ${came} ms that it came, after ${went} ms that it went`);
});

test("a disk that somebody gives to a group, and one that is taken from it, are told by events", async () => {
  const before = await sizeOf("other");
  sh("vgextend", "-q", "other", "/dev/ubdf");
  await untilTold(async () => (await sizeOf("other")) > before);
  sh("vgreduce", "-q", "other", "/dev/ubdf");
  await untilTold(async () => (await sizeOf("other")) === before);
});

test("a volume that somebody deactivates is told by an event, and so is its activation", async () => {
  const { storage } = host;
  await storage.createVolume(ask("switched", "other"));
  const isActive = async () =>
    (await storage.listVolumes("other")).find(({ name }) => name === "switched")?.attr[4] === "a";
  sh("lvchange", "-q", "-an", "other/switched");
  await untilTold(async () => !(await isActive()));
  sh("lvchange", "-q", "-ay", "other/switched");
  await untilTold(isActive);
  await storage.removeVolume("switched", "other");
});

test("what was never ours is as it was", () => {
  assert.equal(sh("lvs", "--noheadings", "--units", "b", "-o", "lv_size", "vg/foreign").trim(), "8388608B");
});
