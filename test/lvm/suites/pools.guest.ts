import assert from "node:assert/strict";
import { closeSync, fsyncSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { before, type TestContext, test } from "node:test";
import { thinPool } from "../../lvmd/samples.ts";
import { type HostStorage, hostClass, makeGroup, openHost, sh } from "./host.ts";

const MiB = 1n << 20n;
const well = hostClass("well", { volumeGroup: "well" });
const thinOf = (volumeGroup: string) =>
  hostClass("thin", { volumeGroup, thinPool: thinPool({ overprovisionRatio: 10 }) });

const ask = (name: string, deviceClass: string, sizeBytes = 8n * MiB) => ({
  name,
  deviceClass,
  optionClass: "",
  tags: [],
  sizeBytes,
});

before(() => makeGroup("well", "c"));

async function opened(t: TestContext, ...args: Parameters<typeof openHost>): Promise<HostStorage> {
  const host = await openHost(...args);
  t.after(() => host.close());
  return host;
}

/** What the other group's class can do while this one's is ill. */
async function goesOn({ storage }: HostStorage): Promise<void> {
  await storage.createVolume(ask("fine", "well"));
  await storage.removeVolume("fine", "well");
}

/** Writes MiB after MiB until there is an error; answers it. */
function writeUntilRefused(path: string, mebibytes: number): NodeJS.ErrnoException | undefined {
  const file = openSync(path, "r+");
  const block = Buffer.alloc(1 << 20, "x");
  try {
    for (let at = 0; at < mebibytes; at++) {
      writeSync(file, block, 0, block.length, at << 20);
      fsyncSync(file);
    }
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  } finally {
    closeSync(file);
  }
}

function firstByte(path: string): string {
  const file = openSync(path, "r");
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, 0);
  closeSync(file);
  return byte.toString();
}

test("a pool out of data room: writes fail, it takes no more volumes and says why, and goes on with room again", async (t) => {
  makeGroup("data", "b");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "32m", "-n", "pool", "data");
  // writes fail at once instead of after a minute
  sh("lvchange", "-q", "--errorwhenfull", "y", "data/pool");
  const host = await opened(t, [thinOf("data"), well]);
  const { storage } = host;
  const { path } = await storage.createVolume(ask("large", "thin", 128n * MiB));
  assert.match(writeUntilRefused(path, 64)?.code ?? "", /^(ENOSPC|EIO)$/);
  await assert.rejects(storage.createVolume(ask("more", "thin")), { code: "resource-exhausted" });
  await goesOn(host);
  const { thinPool: level } = await storage.classState("thin");
  assert.equal(level?.dataPercent, 100);
  assert.equal(firstByte(path), "x");
  await storage.removeVolume("large", "thin");
  const again = await storage.createVolume(ask("again", "thin", 64n * MiB));
  assert.equal(writeUntilRefused(again.path, 8), undefined);
  await host.storage.removeVolume("again", "thin");
  sh("vgremove", "-q", "-ff", "-y", "data");
});

/** Makes a thin pool whose metadata is nearly three quarters full, of devices that LVM knows nothing of: with its own it would take long. */
function makeFilledPool(group: string): void {
  sh("vgcreate", "-q", "-s", "1m", group, "/dev/ubdb");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "64m", "--poolmetadatasize", "2m", "-n", "pool", group);
  sh("lvchange", "-q", "-an", `${group}/pool`);
  sh("lvcreate", "-q", "-y", "-Zn", "-Wn", "-L", "2m", "-n", "filled", group);
  const devices = Array.from({ length: 310 }, (_, at) => {
    const mapping = `<single_mapping origin_block="0" data_block="${at}" time="0"/>`;
    return `<device dev_id="${1000 + at}" mapped_blocks="1" transaction="0" creation_time="0" snap_time="0">${mapping}</device>`;
  });
  const head = '<superblock uuid="" time="0" transaction="0" data_block_size="128" nr_data_blocks="1024">';
  writeFileSync("/tmp/filled.xml", `${head}\n${devices.join("\n")}\n</superblock>\n`);
  sh("thin_restore", "-q", "-i", "/tmp/filled.xml", "-o", `/dev/${group}/filled`);
  sh("lvchange", "-q", "-an", `${group}/filled`);
  sh("lvconvert", "-q", "-y", "--thinpool", `${group}/pool`, "--poolmetadata", `${group}/filled`);
  sh("lvchange", "-q", "-ay", `${group}/pool`);
  sh("lvremove", "-q", "-y", `${group}/filled`);
}

test("a pool out of metadata room: it takes no more volumes and says why, what is in it is kept", async (t) => {
  makeFilledPool("meta");
  const host = await opened(t, [thinOf("meta"), well]);
  const { storage } = host;
  const { path } = await storage.createVolume(ask("kept", "thin"));
  writeUntilRefused(path, 1);
  const more = (from: number, to: number) =>
    sh(
      "sh",
      "-c",
      `for id in $(seq ${from} ${to}); do dmsetup message meta-pool-tpool 0 "create_thin $id" || break; done`,
    );
  more(2000, 2015);
  await assert.rejects(storage.createVolume(ask("more", "thin")), { code: "resource-exhausted", message: /pool/ });
  await goesOn(host);
  // on to the last block, from where on the kernel takes no change of the pool
  more(2016, 3000);
  await assert.rejects(storage.createVolume(ask("more", "thin")), (error: Error & { code?: string }) => {
    t.diagnostic(`${error.code}: ${error.message}`);
    assert.match(error.code ?? "", /^(resource-exhausted|failed-precondition)$/);
    assert.match(error.message, /pool/);
    return true;
  });
  await goesOn(host);
  const level = (await storage.classState("thin")).thinPool;
  assert.ok((level?.metadataPercent ?? 0) > 99, `${level?.metadataPercent} %`);
  const listed = (await storage.listVolumes("thin")).map(({ name }) => name);
  assert.deepEqual(listed, ["kept"]);
  assert.equal(firstByte(path), "x");
});

const sectors = 2 ** 20;

/** Puts another table under a device, as a disk would behave that changes. */
function retable(device: string, table: string, ...options: string[]): void {
  sh("dmsetup", "suspend", "--noflush", "--nolockfs", device);
  sh("dmsetup", "reload", device, ...options, "--table", table);
  sh("dmsetup", "resume", device);
}

test("a RAID volume that lost a disk has its data, says that it is ill, and is well when the disk is back", async (t) => {
  sh("dmsetup", "create", "leg", "--table", `0 ${sectors} linear /dev/ubdd 2048`);
  sh("vgcreate", "-q", "mirrored", "/dev/mapper/leg", "/dev/ubde");
  const raid = hostClass("raid", { volumeGroup: "mirrored", lvcreateOptions: ["--type", "raid1", "-m1"] });
  const host = await opened(t, [raid, well], { sweepMs: 500 });
  const { storage } = host;
  const { path } = await storage.createVolume(ask("kept", "raid"));
  writeUntilRefused(path, 4);
  retable("leg", `0 ${sectors} error`);
  assert.equal(firstByte(path), "x");
  assert.equal(writeUntilRefused(path, 4), undefined);
  await assert.rejects(storage.createVolume(ask("more", "raid")), (error: Error & { code?: string }) => {
    t.diagnostic(`${error.code}: ${error.message}`);
    assert.ok(["failed-precondition", "resource-exhausted", "unavailable"].includes(error.code ?? ""), error.message);
    return true;
  });
  await goesOn(host);
  const [ill] = await storage.listVolumes("raid");
  assert.equal(ill?.name, "kept");
  assert.match(ill?.attr ?? "", /^.{8}[pr]/, "its health letter");
  retable("leg", `0 ${sectors} linear /dev/ubdd 2048`);
  sh("lvchange", "-q", "-y", "--refresh", "mirrored/kept");
  await storage.createVolume(ask("more", "raid"));
  const attrs = (await storage.listVolumes("raid")).map(({ attr }) => attr[8]);
  assert.deepEqual(attrs, ["-", "-"]);
  assert.equal(firstByte(path), "x");
});

test("metadata on a disk that is read-only is told, and the other group goes on", async (t) => {
  const table = `0 ${sectors} linear /dev/ubdf 2048`;
  sh("dmsetup", "create", "frozen", "--table", table);
  sh("vgcreate", "-q", "frozen", "/dev/mapper/frozen");
  const host = await opened(t, [hostClass("frozen", { volumeGroup: "frozen" }), well]);
  await host.storage.createVolume(ask("kept", "frozen"));
  retable("frozen", table, "--readonly");
  await assert.rejects(host.storage.createVolume(ask("none", "frozen")), (error: Error & { code?: string }) => {
    t.diagnostic(`${error.code}: ${error.message}`);
    assert.ok(["failed-precondition", "unavailable"].includes(error.code ?? ""), error.message);
    assert.match(error.message, /write|writing/i);
    return true;
  });
  await goesOn(host);
  const listed = async () => (await host.storage.listVolumes("frozen")).map(({ name }) => name);
  assert.deepEqual(await listed(), ["kept"]);
  retable("frozen", table);
  await host.storage.removeVolume("kept", "frozen");
  assert.deepEqual(await listed(), []);
  sh("vgremove", "-q", "frozen");
  sh("dmsetup", "remove", "frozen");
});

/** A list of devices of its own, as `lvmdevices` makes it. */
function makeDevicesFile(name: string, disk: string): string {
  sh("mkdir", "-p", "/etc/lvm/devices");
  sh("lvm", "lvmdevices", "--devicesfile", name, "--adddev", disk);
  return name;
}

for (const [title, settings, devices, devicesFile] of [
  ["a filter", ['devices/filter=["r|/dev/ubdf|"]'], [], undefined],
  ["a list of devices", [], ["/dev/ubdc"], undefined],
  ["a file of devices", [], [], () => makeDevicesFile("nativestor.devices", "/dev/ubdc")],
] as const)
  test(`${title} keeps LVM off other disks`, async (t) => {
    if (!sh("vgs", "--noheadings", "-o", "vg_name").includes("hidden")) makeGroup("hidden", "f");
    const host = await opened(t, [], {
      config: {
        deviceClasses: [well, hostClass("hidden", { volumeGroup: "hidden" })],
        optionClasses: [],
        lvmCommandPrefix: [],
        lvmOverrides: { devices, devicesFile: devicesFile?.(), settings },
      },
    });
    await goesOn(host);
    await assert.rejects(host.storage.createVolume(ask("none", "hidden")), {
      code: "failed-precondition",
      message: /no volume group hidden/,
    });
  });
