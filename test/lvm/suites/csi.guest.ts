import assert from "node:assert/strict";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { statfsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileSystems } from "../../../src/csi/rules/file-systems.ts";
import { blockCapability, mountCapability } from "../../csi/support/requests.ts";
import { thinPool } from "../../lvmd/samples.ts";
import { serveOn } from "./csi-host.ts";
import { hostClass, makeGroup, openHost, sh, until } from "./host.ts";

const mebibyte = 1n << 20n;
const thick = hostClass("thick");
const thin = hostClass("thin", { thinPool: thinPool({ overprovisionRatio: 5 }) });

let host: Awaited<ReturnType<typeof openHost>>;
before(async () => {
  makeGroup("vg", "bc");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "2g", "-n", "pool", "vg");
  host = await openHost([thick, thin]);
});
after(() => host.close());

type Csi = Awaited<ReturnType<typeof serveOn>>;

let count = 0;

/** Makes a volume and answers its id. */
async function made(csi: Csi, deviceClass: string, rest: object = {}): Promise<string> {
  count += 1;
  const { volume } = await csi.controller.createVolume({
    name: `pvc-${count}`,
    volumeCapabilities: [mountCapability()],
    capacityRange: { requiredBytes: 320n * mebibyte },
    parameters: { "topolvm.io/device-class": deviceClass },
    ...rest,
  });
  return volume?.volumeId ?? "";
}

/** Publishes a volume at a path below the suite's folder and answers the path. */
async function published(csi: Csi, volumeId: string, name: string, rest: object = {}): Promise<string> {
  const targetPath = join(csi.folder, name, "mount");
  await mkdir(join(csi.folder, name), { recursive: true });
  await csi.node.nodePublishVolume({ volumeId, targetPath, volumeCapability: mountCapability(), ...rest });
  return targetPath;
}

async function gone(csi: Csi, volumeId: string, ...targets: string[]): Promise<void> {
  for (const targetPath of targets) await csi.node.nodeUnpublishVolume({ volumeId, targetPath });
  await csi.controller.deleteVolume({ volumeId });
}

for (const fileSystem of fileSystems) {
  const volumeCapability = mountCapability(fileSystem);
  const capabilities = { volumeCapabilities: [volumeCapability] };

  test(`${fileSystem}: what a pod wrote is there for the next one`, async () => {
    await using csi = await serveOn(host.storage, "thick");
    const volumeId = await made(csi, "thick", capabilities);
    const first = await published(csi, volumeId, "a", { volumeCapability });
    await writeFile(join(first, "data"), "kept");
    await csi.node.nodeUnpublishVolume({ volumeId, targetPath: first });
    const second = await published(csi, volumeId, "b", { volumeCapability });
    assert.equal(await readFile(join(second, "data"), "utf8"), "kept");
    await gone(csi, volumeId, second);
  });

  test(`${fileSystem}: publishing twice is once, and a second pod shares it`, async () => {
    await using csi = await serveOn(host.storage, "thick");
    const volumeId = await made(csi, "thick", capabilities);
    const first = await published(csi, volumeId, "a", { volumeCapability });
    await published(csi, volumeId, "a", { volumeCapability });
    const second = await published(csi, volumeId, "b", { volumeCapability });
    await writeFile(join(first, "data"), "shared");
    assert.equal(await readFile(join(second, "data"), "utf8"), "shared");
    await gone(csi, volumeId, first, second);
  });

  test(`${fileSystem}: grows while it is written to, and its figures are those of statfs`, async () => {
    await using csi = await serveOn(host.storage, "thick");
    const volumeId = await made(csi, "thick", capabilities);
    const path = await published(csi, volumeId, "a", { volumeCapability });
    const file = await open(join(path, "data"), "w");
    await file.write("before");
    const capacityRange = { requiredBytes: 640n * mebibyte };
    const { capacityBytes } = await csi.controller.controllerExpandVolume({ volumeId, capacityRange });
    await csi.node.nodeExpandVolume({ volumeId, volumePath: path, capacityRange });
    await file.write(" and after");
    await file.close();
    const { usage, volumeCondition } = await csi.node.nodeGetVolumeStats({ volumeId, volumePath: path });
    const { blocks, bsize, bavail } = statfsSync(path, { bigint: true });
    assert.deepEqual([usage[0]?.total, usage[0]?.available], [blocks * bsize, bavail * bsize]);
    assert.ok((usage[0]?.total ?? 0n) > 500n * mebibyte && capacityBytes === 640n * mebibyte);
    assert.equal(volumeCondition?.abnormal, false);
    assert.equal(await readFile(join(path, "data"), "utf8"), "before and after");
    await gone(csi, volumeId, path);
  });

  test(`${fileSystem}: a read-only pod beside a writing one cannot write`, async () => {
    await using csi = await serveOn(host.storage, "thick");
    const volumeId = await made(csi, "thick", capabilities);
    const reading = await published(csi, volumeId, "a", { volumeCapability, readonly: true });
    const writing = await published(csi, volumeId, "b", { volumeCapability });
    await published(csi, volumeId, "a", { volumeCapability, readonly: true });
    await writeFile(join(writing, "data"), "");
    await assert.rejects(writeFile(join(reading, "data"), "x"), { code: "EROFS" });
    await gone(csi, volumeId, reading, writing);
  });

  test(`${fileSystem}: a larger copy has the data, grows, and is mounted beside its source`, async () => {
    await using csi = await serveOn(host.storage, "thin");
    const sourceId = await made(csi, "thin", capabilities);
    const source = await published(csi, sourceId, "source", { volumeCapability });
    await writeFile(join(source, "data"), "copied");
    sh("sync", "-f", source);
    const volumeId = await made(csi, "thin", {
      ...capabilities,
      capacityRange: { requiredBytes: 640n * mebibyte },
      volumeContentSource: { type: { $case: "volume", value: { volumeId: sourceId } } },
    });
    const copy = await published(csi, volumeId, "copy", { volumeCapability });
    assert.equal(await readFile(join(copy, "data"), "utf8"), "copied");
    const { blocks, bsize } = statfsSync(copy, { bigint: true });
    assert.ok(blocks * bsize > 500n * mebibyte, `only ${blocks * bsize} bytes`);
    await writeFile(join(copy, "data"), "own");
    assert.equal(await readFile(join(source, "data"), "utf8"), "copied");
    await gone(csi, volumeId, copy);
    await gone(csi, sourceId, source);
  });
}

test("a reused thick volume is formatted, whatever a former one left behind its first blocks", async () => {
  await using csi = await serveOn(host.storage, "thick");
  const first = await made(csi, "thick");
  const path = await published(csi, first, "a", { volumeCapability: mountCapability("btrfs") });
  await writeFile(join(path, "data"), "x".repeat(4 << 20));
  await gone(csi, first, path);
  const second = await made(csi, "thick");
  const other = await published(csi, second, "b");
  await gone(csi, second, other);
});

test("the steps of showing a volume are told, with the time that they really took", async () => {
  await using csi = await serveOn(host.storage, "thick");
  const volumeId = await made(csi, "thick");
  const target = await published(csi, volumeId, "steps");
  await gone(csi, volumeId, target);
  const text = await csi.steps.metrics();
  const sumOf = (step: string) =>
    Number(
      new RegExp(`_sum\\{step="${step}",result="done"\\} (.*)`).exec(text)?.[1] ?? assert.fail(`${step}: ${text}`),
    );
  for (const step of ["find-volume", "device", "inspect", "mount", "unmount"]) assert.ok(sumOf(step) > 0, step);
  // a program that writes to a disk takes longer than a look at one
  assert.ok(sumOf("format") > 0.01, `${sumOf("format")} s`);
});

test("another file system is left as it is", async () => {
  await using csi = await serveOn(host.storage, "thick");
  const volumeId = await made(csi, "thick");
  const path = await published(csi, volumeId, "a");
  await writeFile(join(path, "data"), "kept");
  await csi.node.nodeUnpublishVolume({ volumeId, targetPath: path });
  const xfs = published(csi, volumeId, "a", { volumeCapability: mountCapability("xfs") });
  await assert.rejects(xfs, { code: "failed-precondition", message: /holds the file system ext4/ });
  const again = await published(csi, volumeId, "a");
  assert.equal(await readFile(join(again, "data"), "utf8"), "kept");
  await gone(csi, volumeId, again);
});

test("mount options arrive at the kernel", async () => {
  await using csi = await serveOn(host.storage, "thick");
  const volumeId = await made(csi, "thick");
  const volumeCapability = mountCapability("ext4", ["noatime", "nodev"]);
  const path = await published(csi, volumeId, "a", { volumeCapability, readonly: true });
  const line = (await readFile("/proc/self/mountinfo", "utf8")).split("\n").find((one) => one.includes(` ${path} `));
  for (const option of ["ro", "noatime", "nodev"]) assert.match(line ?? "", new RegExp(`[ ,]${option}[ ,]`));
  await gone(csi, volumeId, path);
});

test("a mount option that the kernel refuses leaves nothing mounted", async () => {
  await using csi = await serveOn(host.storage, "thick");
  const volumeId = await made(csi, "thick");
  const volumeCapability = mountCapability("ext4", ["nonsense"]);
  await assert.rejects(published(csi, volumeId, "a", { volumeCapability }), {
    code: "internal",
    message: /mount failed/,
  });
  await gone(csi, volumeId, join(csi.folder, "a", "mount"));
});

test("a raw device is as large as its volume, grows with it, and keeps what was written", async () => {
  await using csi = await serveOn(host.storage, "thick");
  const volumeCapability = blockCapability;
  const volumeId = await made(csi, "thick", { volumeCapabilities: [blockCapability] });
  const path = await published(csi, volumeId, "a", { volumeCapability });
  sh("dd", "if=/etc/hostname", `of=${path}`, "conv=notrunc,fsync");
  assert.equal(BigInt(sh("blockdev", "--getsize64", path)), 320n * mebibyte);
  const capacityRange = { requiredBytes: 640n * mebibyte };
  await csi.controller.controllerExpandVolume({ volumeId, capacityRange, volumeCapability });
  assert.equal(BigInt(sh("blockdev", "--getsize64", path)), 640n * mebibyte);
  const { usage } = await csi.node.nodeGetVolumeStats({ volumeId, volumePath: path });
  assert.equal(usage[0]?.total, 640n * mebibyte);
  const again = await published(csi, volumeId, "a", { volumeCapability });
  const hostname = await readFile("/etc/hostname", "utf8");
  assert.equal(sh("dd", `if=${again}`, "bs=1", `count=${hostname.length}`), hostname);
  await gone(csi, volumeId, path);
});

test("a snapshot is nothing that can be mounted", async () => {
  await using csi = await serveOn(host.storage, "thin");
  const sourceVolumeId = await made(csi, "thin");
  const { snapshot } = await csi.controller.createSnapshot({ name: "snapshot-1", sourceVolumeId });
  const snapshotId = snapshot?.snapshotId ?? "";
  await assert.rejects(published(csi, snapshotId, "a", { readonly: true }), { code: "not-found" });
  await csi.controller.deleteSnapshot({ snapshotId });
  await gone(csi, sourceVolumeId);
});

test("a volume group that was given another name in the meantime does not matter to what is mounted", async () => {
  await using csi = await serveOn(host.storage, "thick");
  const volumeId = await made(csi, "thick");
  const path = await published(csi, volumeId, "a");
  sh("vgrename", "-q", "vg", "renamed");
  sh("vgrename", "-q", "renamed", "vg");
  await published(csi, volumeId, "a");
  await gone(csi, volumeId, path);
});

test("a pod never sees the data of a volume that got the device's numbers in the meantime", async () => {
  await using csi = await serveOn(host.storage, "thick");
  const [one, other] = [await made(csi, "thick"), await made(csi, "thick")];
  for (const volumeId of [one, other]) {
    const path = await published(csi, volumeId, volumeId);
    await writeFile(join(path, "data"), volumeId);
    await csi.node.nodeUnpublishVolume({ volumeId, targetPath: path });
  }
  // behind our back, each is given the numbers of the other
  sh("lvchange", "-q", "-an", `vg/${one}`, `vg/${other}`);
  sh("lvchange", "-q", "-ay", `vg/${other}`);
  sh("lvchange", "-q", "-ay", `vg/${one}`);
  // udev may have told of it already; else it is refused until somebody looks
  await published(csi, one, one).catch(({ code }: { code: string }) => assert.equal(code, "unavailable"));
  sh("vgchange", "-q", "--addtag", "noticed", "vg");
  const minor = Number(sh("lvs", "--noheadings", "-o", "lv_kernel_minor", `vg/${one}`));
  await until(host.storage, async () =>
    (await host.storage.listVolumes("thick")).find(({ name, devMinor }) => name === one && devMinor === minor),
  );
  const path = await published(csi, one, one);
  assert.equal(await readFile(join(path, "data"), "utf8"), one);
  await gone(csi, one, path);
  await gone(csi, other);
});
