import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { linuxFileSystems } from "../../src/csi/filesystem/linux.ts";
import { createMarks } from "../../src/csi/filesystem/marks.ts";
import { runCommand } from "../../src/csi/mount/run.ts";
import { fileSystems } from "../../src/csi/rules/file-systems.ts";

const sizeBytes = 512n << 20n;

/** The real programs on a file with holes in place of a device. */
async function onImage() {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-image-"));
  const path = join(folder, "image");
  await writeFile(path, "");
  await truncate(path, Number(sizeBytes));
  const marks = createMarks(join(folder, "marks"));
  const systems = linuxFileSystems({ run: runCommand, marks, kernelRelease: release() });
  const device = { path, volumeId: "6fd5bea8-5a23-4038-b55c-794c2ca16e56", sizeBytes, readsZero: true };
  const write = async (position: number, text: string) => {
    const file = await open(path, "r+");
    await file.write(Buffer.from(text, "latin1"), 0, undefined, position);
    await file.close();
  };
  return { systems, device, marks, write, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

test("a device with nothing on it is blank", async () => {
  await using image = await onImage();
  assert.deepEqual(await image.systems.inspect(image.device), { kind: "blank" });
});

for (const fileSystem of fileSystems) {
  test(`a made ${fileSystem} is found, with the size of its device`, async () => {
    await using image = await onImage();
    await image.systems.format(image.device, fileSystem);
    const content = await image.systems.inspect(image.device);
    assert.equal(content.kind === "file-system" && content.type, fileSystem);
    assert.equal(content.kind === "file-system" && content.sizeBytes, sizeBytes);
    await image.systems.check(image.device, fileSystem);
  });
}

test("a btrfs has its volume's id, and a copy of another one gets it", async () => {
  await using image = await onImage();
  await image.systems.format(image.device, "btrfs");
  const copy = { ...image.device, volumeId: "00000000-1111-2222-3333-444444444444" };
  const uuidNow = async () => {
    const content = await image.systems.inspect(copy);
    return content.kind === "file-system" ? content.uuid : undefined;
  };
  assert.equal(await uuidNow(), image.device.volumeId);
  await image.systems.renew(copy, "btrfs", await uuidNow());
  assert.equal(await uuidNow(), copy.volumeId);
});

for (const [where, position] of [
  ["at the start", 0],
  ["in the first MiB", 700_000],
  ["at btrfs's mirror", 64 << 20],
  ["in the last MiB", Number(sizeBytes) - 10],
] as const) {
  test(`data ${where} keeps a thin device from being blank`, async () => {
    await using image = await onImage();
    await image.write(position, "data");
    assert.deepEqual(await image.systems.inspect(image.device), { kind: "other", what: "data without a signature" });
  });
}

test("of a thick device only what lvcreate zeroes has to be blank", async () => {
  await using image = await onImage();
  const thick = { ...image.device, readsZero: false };
  await image.write(700_000, "of a former volume");
  assert.deepEqual(await image.systems.inspect(thick), { kind: "blank" });
  await image.write(4000, "data");
  assert.equal((await image.systems.inspect(thick)).kind, "other");
});

test("a partition table is data", async () => {
  await using image = await onImage();
  // an MBR with one Linux partition: 2048 sectors in, 1000 long
  const table = Buffer.alloc(512);
  table[446 + 4] = 0x83;
  table.writeUInt32LE(2048, 446 + 8);
  table.writeUInt32LE(1000, 446 + 12);
  table.writeUInt16LE(0xaa55, 510);
  await image.write(0, table.toString("latin1"));
  assert.deepEqual(await image.systems.inspect(image.device), { kind: "other", what: "a dos partition table" });
});

test("what an interrupted mkfs left counts as blank until the next one is done", async () => {
  await using image = await onImage();
  await image.write(700_000, "half a file system");
  await image.marks.set(image.device.volumeId);
  assert.deepEqual(await image.systems.inspect(image.device), { kind: "blank" });
  await image.systems.format(image.device, "ext4");
  assert.equal((await image.systems.inspect(image.device)).kind, "file-system");
});

test("an ext4 that is beyond repair without a person is not touched further", async () => {
  await using image = await onImage();
  await image.systems.format(image.device, "ext4");
  execFileSync("debugfs", ["-w", "-R", "clri <2>", image.device.path], {
    stdio: "pipe",
    env: { PATH: "/usr/sbin:/sbin" },
  });
  execFileSync("debugfs", ["-w", "-R", "ssv state 2", image.device.path], {
    stdio: "pipe",
    env: { PATH: "/usr/sbin:/sbin" },
  });
  const error = { code: "failed-precondition", message: /needs a person to repair it/ };
  await assert.rejects(image.systems.check(image.device, "ext4"), error);
});
