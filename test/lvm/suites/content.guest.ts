import assert from "node:assert/strict";
import { before, type TestContext, test } from "node:test";
import type { DeviceClass } from "../../../src/lvmd/config/device-class.ts";
import type { Storage } from "../../../src/lvmd/storage.ts";
import { thinPool } from "../../lvmd/samples.ts";
import { type HostStorage, hostClass, kernelBytes, makeGroup, openHost, sh, until } from "./host.ts";

const MiB = 1n << 20n;

before(() => {
  makeGroup("vg", "b");
  makeGroup("pools", "c");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "128m", "-n", "pool", "pools");
});

const ask = (name: string, deviceClass = "own", sizeBytes = 16n * MiB) => ({
  name,
  deviceClass,
  optionClass: "",
  tags: [],
  sizeBytes,
});
const copyOf = (sourceVolume: string, name: string, accessType: "ro" | "rw" = "rw", sizeBytes = 16n * MiB) => ({
  name,
  deviceClass: "own",
  sourceVolume,
  accessType,
  tags: ["t"],
  sizeBytes,
});

async function opened(t: TestContext, changes: Partial<DeviceClass>): Promise<HostStorage> {
  const host = await openHost([hostClass("own", changes)]);
  t.after(() => host.close());
  return host;
}

const zeroing = (bandwidthBytes?: bigint): Partial<DeviceClass> => ({ onDelete: { mode: "zero", bandwidthBytes } });

/** Fills a volume with a word. */
function write(path: string, word: string, mebibytes = 16): void {
  sh(
    "sh",
    "-c",
    `yes ${word} | dd of=${path} bs=1M count=${mebibytes} iflag=fullblock oflag=direct conv=notrunc status=none`,
  );
}

/** Lines of a disk or a volume that have the word. */
function count(path: string, word: string): number {
  return Number(
    sh("sh", "-c", `dd if=${path} bs=1M iflag=direct status=none | tr -d '\\0' | grep -ac ${word} || true`).trim(),
  );
}

const names = () =>
  sh("lvs", "--noheadings", "-o", "lv_name", "vg")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** Resolves when nothing is on its way out. */
const swept = (storage: Storage) =>
  until(storage, async () => (names().some((name) => name.startsWith("nativestor-")) ? undefined : true));

test("a removed volume is gone at once, its content soon, and its name is free meanwhile", async (t) => {
  const { storage } = await opened(t, zeroing());
  write((await storage.createVolume(ask("a"))).path, "secret");
  assert.ok(count("/dev/ubdb", "secret") > 0);
  const { freeBytes } = await storage.classState("own");
  await storage.removeVolume("a", "own");
  assert.deepEqual(await storage.listVolumes("own"), []);
  await assert.rejects(storage.removeVolume("a", "own"), { code: "not-found" });
  await storage.createVolume(ask("a"));
  await swept(storage);
  assert.equal(count("/dev/ubdb", "secret"), 0);
  assert.equal((await storage.classState("own")).freeBytes, freeBytes);
  await storage.removeVolume("a", "own");
  await swept(storage);
});

test("wiping with a limit takes its time and holds up no other work of the group", async (t) => {
  const { storage } = await opened(t, zeroing(4n * MiB));
  await storage.createVolume(ask("a", "own", 64n * MiB));
  const begun = performance.now();
  await storage.removeVolume("a", "own");
  await storage.createVolume(ask("b"));
  assert.ok(names().some((name) => name.startsWith("nativestor-removed-")));
  await swept(storage);
  assert.ok(performance.now() - begun > 14_000, "it was faster than its limit");
  await storage.removeVolume("b", "own");
  await swept(storage);
});

test("wiping that was interrupted is done by the next daemon", async (t) => {
  const first = await openHost([hostClass("own", zeroing(MiB))]);
  write((await first.storage.createVolume(ask("a"))).path, "hidden");
  await first.storage.removeVolume("a", "own");
  await first.close();
  assert.ok(count("/dev/ubdb", "hidden") > 0);
  assert.equal(names().length, 1);
  const { storage } = await opened(t, zeroing());
  await swept(storage);
  assert.equal(count("/dev/ubdb", "hidden"), 0);
});

test("what a thick snapshot kept is wiped, too, and its source can be removed at once", async (t) => {
  const { storage } = await opened(t, zeroing());
  const volume = await storage.createVolume(ask("a"));
  write(volume.path, "before");
  await storage.createSnapshot(copyOf("a", "s", "ro"));
  write(volume.path, "behind");
  await storage.removeVolume("s", "own");
  await storage.removeVolume("a", "own");
  await swept(storage);
  assert.equal(count("/dev/ubdb", "before"), 0);
  assert.equal(count("/dev/ubdb", "behind"), 0);
});

test("a volume that is in use is neither removed nor wiped", async (t) => {
  const { storage } = await opened(t, zeroing());
  const volume = await storage.createVolume(ask("a", "own", 32n * MiB));
  sh("mkfs.ext4", "-q", volume.path);
  sh("mount", volume.path, "/mnt");
  await assert.rejects(storage.removeVolume("a", "own"), { code: "failed-precondition", message: /in use/ });
  sh("umount", "/mnt");
  sh("e2fsck", "-fn", volume.path);
  await storage.removeVolume("a", "own");
  await swept(storage);
});

test("volumes of a pool are discarded, read-only snapshots too", async (t) => {
  const onDelete = { mode: "discard", bandwidthBytes: undefined } as const;
  const thin = { volumeGroup: "pools", thinPool: thinPool({ overprovisionRatio: 4 }), onDelete };
  const { storage } = await opened(t, thin);
  write((await storage.createVolume(ask("a"))).path, "word");
  await storage.createSnapshot(copyOf("a", "s", "ro"));
  await storage.removeVolume("a", "own");
  await storage.removeVolume("s", "own");
  await until(storage, async () => (await storage.classState("own")).thinPool?.dataPercent === 0 || undefined);
  assert.deepEqual(sh("lvs", "--noheadings", "-o", "lv_name", "pools").trim(), "pool");
});

test("a copy has the content of the moment it was asked for, and stands alone", async (t) => {
  const { storage } = await opened(t, { copyBandwidthBytes: 8n * MiB });
  const source = await storage.createVolume(ask("a", "own", 48n * MiB));
  write(source.path, "first", 48);
  const copying = storage.createSnapshot(copyOf("a", "c", "rw", 64n * MiB));
  await until(storage, async () => (names().some((name) => name.startsWith("nativestor-image-")) ? true : undefined));
  await storage.createVolume(ask("meanwhile"));
  assert.deepEqual((await storage.listVolumes("own")).map(({ name }) => name).sort(), ["a", "meanwhile"]);
  write(source.path, "second", 48);
  await assert.rejects(storage.removeVolume("a", "own"), { code: "aborted", message: /copied/ });
  const copy = await copying;
  assert.equal(copy.sizeBytes, 64n * MiB);
  assert.equal(kernelBytes(copy.devMajor, copy.devMinor), 64n * MiB);
  assert.equal(count(copy.path, "second"), 0);
  assert.equal(
    sh("sh", "-c", `yes first | head -c ${48 << 20} | cmp -n ${48 << 20} - ${copy.path} && echo same`).trim(),
    "same",
  );
  assert.equal(
    sh("sh", "-c", `cmp -n ${16 << 20} -i ${48 << 20}:0 ${copy.path} /dev/zero && echo zero`).trim(),
    "zero",
  );
  for (const name of ["a", "meanwhile"]) await storage.removeVolume(name, "own");
  assert.deepEqual(names(), ["c"]);
  assert.ok(count(copy.path, "first") > 0);
  await storage.removeVolume("c", "own");
});

test("a copy that takes long is told to be under way, and found when it is done", async (t) => {
  const { storage } = await opened(t, { copyBandwidthBytes: 2n * MiB });
  await storage.createVolume(ask("a", "own", 52n * MiB));
  const request = copyOf("a", "c", "rw", 52n * MiB);
  await assert.rejects(storage.createSnapshot(request), {
    code: "aborted",
    message: /a is being copied to c, \d+ % are done/,
  });
  await assert.rejects(storage.createSnapshot({ ...request, tags: ["other"] }), { code: "already-exists" });
  const copy = await storage.createSnapshot(request);
  assert.deepEqual(
    (await storage.listVolumes("own")).find(({ name }) => name === "c"),
    copy,
  );
  for (const name of ["c", "a"]) await storage.removeVolume(name, "own");
});

test("a copy that is removed while it is made is given up", async (t) => {
  const { storage } = await opened(t, { copyBandwidthBytes: MiB });
  await storage.createVolume(ask("a"));
  const copying = assert.rejects(storage.createSnapshot(copyOf("a", "c")), { code: "aborted" });
  await until(storage, async () => (names().some((name) => name.startsWith("nativestor-image-")) ? true : undefined));
  await storage.removeVolume("c", "own");
  await copying;
  assert.deepEqual(names(), ["a"]);
  await storage.removeVolume("a", "own");
});

test("what a crash left of a copy is taken away by the next daemon, and its source stays", async (t) => {
  sh("lvcreate", "-q", "-y", "-n", "a", "-L", "16m", "vg");
  write("/dev/vg/a", "word");
  const tags = ["t", "nativestor.copying", "nativestor.source=a"].flatMap((tag) => ["--addtag", tag]);
  sh("lvcreate", "-q", "-y", "-n", "c", "-L", "16m", ...tags, "vg");
  sh("lvcreate", "-q", "-y", "-s", "-p", "r", "-n", "nativestor-image-0123456789abcdef", "-L", "16m", "vg/a");
  const { storage } = await opened(t, {});
  assert.deepEqual(names(), ["a"]);
  const copy = await storage.createSnapshot(copyOf("a", "c"));
  assert.ok(count(copy.path, "word") > 0);
  for (const name of ["c", "a"]) await storage.removeVolume(name, "own");
  assert.deepEqual(names(), []);
});

test("a copy that finds no room for what is written meanwhile fails as a whole", async (t) => {
  const { storage } = await opened(t, {});
  await storage.createVolume(ask("a", "own", 130n * MiB));
  await assert.rejects(storage.createSnapshot(copyOf("a", "c", "rw", 130n * MiB)), { code: "resource-exhausted" });
  assert.deepEqual(names(), ["a"]);
  await storage.removeVolume("a", "own");
});
