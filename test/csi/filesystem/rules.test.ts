import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { blankAreas } from "../../../src/csi/filesystem/blank.ts";
import { readBlkid } from "../../../src/csi/filesystem/blkid.ts";
import { formatCommand, renewCommand } from "../../../src/csi/filesystem/commands.ts";
import { featureArguments } from "../../../src/csi/filesystem/features.ts";
import { versionIn } from "../../../src/csi/filesystem/version.ts";

const id = "6fd5bea8-5a23-4038-b55c-794c2ca16e56";
const device = { path: "/dev/topolvm/v1", volumeId: id, sizeBytes: 1n << 30n, readsZero: false };

for (const [text, version] of [
  ["mke2fs 1.47.0 (5-Feb-2023)\n\tUsing EXT2FS Library version 1.47.0", [1, 47]],
  ["mkfs.xfs version 6.1.0", [6, 1]],
  ["mkfs.btrfs, part of btrfs-progs v6.2", [6, 2]],
  ["6.1.0-9-amd64", [6, 1]],
  ["5.10.0+", [5, 10]],
  ["none", undefined],
] as const) {
  test(`the version in ${JSON.stringify(text)} is ${version?.join(".")}`, () => {
    assert.deepEqual(versionIn(text), version);
  });
}

test("a new mkfs leaves out what an old kernel does not mount", () => {
  assert.deepEqual(featureArguments("ext4", [1, 47], [5, 10]), ["-O", "^orphan_file"]);
  assert.deepEqual(featureArguments("xfs", [6, 6], [5, 15]), ["-i", "nrext64=0"]);
  assert.deepEqual(featureArguments("btrfs", [6, 19], [5, 15]), ["-O", "^block-group-tree"]);
});

test("an old mkfs is not told of what it does not know, and a new kernel gets all", () => {
  assert.deepEqual(featureArguments("ext4", [1, 46], [5, 10]), []);
  assert.deepEqual(featureArguments("xfs", [6, 18], [6, 18]), []);
});

test("a btrfs carries its volume's id, and a copy gets it once", () => {
  assert.deepEqual(formatCommand("btrfs", device, []).args, ["-q", "-f", "-U", id, device.path]);
  assert.deepEqual(renewCommand("btrfs", device, "other")?.args, ["-f", "-M", id, device.path]);
  assert.equal(renewCommand("btrfs", device, id), undefined);
  assert.equal(renewCommand("xfs", device, "other"), undefined);
});

test("a btrfs of a volume whose id is no UUID keeps the one that it gets", () => {
  const named = { ...device, volumeId: "v1" };
  assert.deepEqual(formatCommand("btrfs", named, []).args, ["-q", "-f", device.path]);
  assert.equal(renewCommand("btrfs", named, "other"), undefined);
});

test("what blkid finds is a file system, something else, or nothing", () => {
  const found = (stdout: string) => readBlkid({ status: 0, stdout, stderr: "" });
  assert.deepEqual(found(`DEVNAME=/dev/x\nUUID=${id}\nTYPE=ext4\nUSAGE=filesystem\n`), {
    kind: "file-system",
    type: "ext4",
    uuid: id,
  });
  assert.deepEqual(found("TYPE=LVM2_member\nUSAGE=raid\n"), { kind: "other", what: "LVM2_member" });
  assert.deepEqual(found("PTTYPE=gpt\n"), { kind: "other", what: "a gpt partition table" });
  assert.deepEqual(readBlkid({ status: 2, stdout: "", stderr: "" }), { kind: "nothing" });
});

test("a blkid that is in doubt finds something", () => {
  assert.equal(readBlkid({ status: 8, stdout: "", stderr: "ambivalent result" }).kind, "other");
});

test("a blkid that could not look found nothing out", () => {
  for (const [status, stderr] of [
    [2, "error: /dev/x: Input/output error"],
    [4, "usage"],
    [1, ""],
  ] as const)
    assert.throws(() => readBlkid({ status, stdout: "", stderr }), { code: "internal" });
});

test("areas that have to be blank lie within the device and hold its beginning", () => {
  fc.assert(
    fc.property(fc.bigInt(4096n, 1n << 50n), fc.boolean(), (sizeBytes, readsZero) => {
      const areas = blankAreas(sizeBytes, readsZero);
      assert.equal(areas[0]?.start, 0n);
      for (const { start, bytes } of areas) assert.ok(bytes > 0n && start + bytes <= sizeBytes);
    }),
  );
});

test("of a thin volume the end and btrfs's mirror count, too", () => {
  const starts = blankAreas(1n << 30n, true).map(({ start }) => start);
  assert.deepEqual(starts, [0n, 64n << 20n, (1n << 30n) - (1n << 20n)]);
});
