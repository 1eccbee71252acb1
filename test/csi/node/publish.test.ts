import assert from "node:assert/strict";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import test from "node:test";
import { VolumeCapability_AccessMode_Mode as Mode } from "../../../src/gen/csi.ts";
import { blockCapability, mountCapability } from "../support/requests.ts";
import { nodeForTest } from "./support.ts";

type Node = Awaited<ReturnType<typeof nodeForTest>>;

function request(csi: Node, rest: object = {}) {
  return { volumeId: "v1", targetPath: csi.target, volumeCapability: mountCapability(), ...rest };
}

test("a blank volume is formatted and mounted", async () => {
  await using csi = await nodeForTest();
  await csi.node.nodePublishVolume(request(csi));
  assert.deepEqual(csi.host.done, ["format ext4", "mount ext4"]);
  assert.equal(csi.host.entries[0]?.mountPoint, csi.target);
});

test("publishing again changes nothing", async () => {
  await using csi = await nodeForTest();
  await csi.node.nodePublishVolume(request(csi));
  await csi.node.nodePublishVolume(request(csi));
  assert.deepEqual(csi.host.done, ["format ext4", "mount ext4"]);
});

test("a volume with its file system is checked and never formatted", async () => {
  await using csi = await nodeForTest();
  csi.host.put("v1", { content: { kind: "file-system", type: "ext4", uuid: undefined, sizeBytes: 1n << 30n } });
  await csi.node.nodePublishVolume(request(csi));
  assert.deepEqual(csi.host.done, ["check ext4", "mount ext4"]);
});

for (const [what, content] of [
  ["another file system", { kind: "file-system", type: "xfs", uuid: undefined, sizeBytes: undefined }],
  ["data without a signature", { kind: "other", what: "data without a signature" }],
] as const) {
  test(`a volume that holds ${what} is left as it is`, async () => {
    await using csi = await nodeForTest();
    csi.host.put("v1", { content });
    const error = { code: "failed-precondition", message: /it is left as it is/ };
    await assert.rejects(csi.node.nodePublishVolume(request(csi)), error);
    assert.deepEqual(csi.host.done, []);
  });
}

test("a second pod gets a mount of its own without another look at the device", async () => {
  await using csi = await nodeForTest();
  await csi.node.nodePublishVolume(request(csi));
  await csi.node.nodePublishVolume(request(csi, { targetPath: `${csi.target}2` }));
  assert.deepEqual(csi.host.done, ["format ext4", "mount ext4", "mount ext4"]);
});

test("a copy that is larger than its source grows, and gets an identity of its own", async () => {
  await using csi = await nodeForTest();
  const content = { kind: "file-system", type: "btrfs", uuid: "other", sizeBytes: 1n << 30n } as const;
  csi.host.put("v1", { content, isCopy: true, sizeBytes: 2n << 30n });
  await csi.node.nodePublishVolume(request(csi, { volumeCapability: mountCapability("btrfs") }));
  assert.deepEqual(csi.host.done, ["check btrfs", "renew btrfs", "mount btrfs", "grow btrfs"]);
});

test("a mount that cannot be finished is taken back", async () => {
  await using csi = await nodeForTest();
  const content = { kind: "file-system", type: "ext4", uuid: undefined, sizeBytes: 1n << 30n } as const;
  csi.host.put("v1", { content, isCopy: true, sizeBytes: 2n << 30n });
  csi.host.fail("grow", "no");
  await assert.rejects(csi.node.nodePublishVolume(request(csi)), { code: "internal", message: "no" });
  assert.deepEqual(csi.host.entries, []);
});

test("xfs is mounted with nouuid, and options come through", async () => {
  await using csi = await nodeForTest();
  const volumeCapability = mountCapability("xfs", ["noatime", "logbufs=8"]);
  await csi.node.nodePublishVolume(request(csi, { volumeCapability }));
  assert.deepEqual(csi.host.done, ["format xfs", "mount xfs nouuid,noatime,logbufs=8"]);
});

test("a read-only mount is read-only for itself and leaves the file system writable for others", async () => {
  await using csi = await nodeForTest();
  await csi.node.nodePublishVolume(request(csi, { readonly: true }));
  assert.deepEqual(csi.host.done, ["format ext4", "mount ext4", "read-only"]);
  await csi.node.nodePublishVolume(request(csi, { targetPath: `${csi.target}2` }));
  assert.deepEqual(
    csi.host.entries.map(({ options }) => options[0]),
    ["ro", "rw"],
  );
});

test("a volume at the target with another read-only flag is refused", async () => {
  await using csi = await nodeForTest();
  await csi.node.nodePublishVolume(request(csi));
  const error = { code: "already-exists", message: /^readonly/ };
  await assert.rejects(csi.node.nodePublishVolume(request(csi, { readonly: true })), error);
});

test("a target where another volume is mounted is refused", async () => {
  await using csi = await nodeForTest();
  csi.host.put("v2");
  await csi.node.nodePublishVolume(request(csi));
  const error = { code: "already-exists", message: /^target_path/ };
  await assert.rejects(csi.node.nodePublishVolume(request(csi, { volumeId: "v2" })), error);
});

test("a volume for a single pod is published once, and again at the same place", async () => {
  await using csi = await nodeForTest();
  const volumeCapability = mountCapability("", [], Mode.SINGLE_NODE_SINGLE_WRITER);
  await csi.node.nodePublishVolume(request(csi, { volumeCapability }));
  await csi.node.nodePublishVolume(request(csi, { volumeCapability }));
  const second = request(csi, { volumeCapability, targetPath: `${csi.target}2` });
  await assert.rejects(csi.node.nodePublishVolume(second), { code: "failed-precondition", message: /single pod/ });
});

test("a raw device is bound to a file, once", async () => {
  await using csi = await nodeForTest();
  await csi.node.nodePublishVolume(request(csi, { volumeCapability: blockCapability }));
  await csi.node.nodePublishVolume(request(csi, { volumeCapability: blockCapability }));
  assert.deepEqual(csi.host.done, ["bind"]);
  assert.deepEqual(await readdir(dirname(csi.target)), ["target"]);
});

test("a symbolic link at the target is refused", async () => {
  await using csi = await nodeForTest();
  await mkdir(dirname(csi.target));
  await symlink("/etc", csi.target);
  const error = { code: "invalid-argument", message: "target_path: is a symbolic link" };
  await assert.rejects(csi.node.nodePublishVolume(request(csi)), error);
  await assert.rejects(csi.node.nodeUnpublishVolume({ volumeId: "v1", targetPath: csi.target }), error);
});

test("a target that is something else already is refused", async () => {
  await using csi = await nodeForTest();
  await mkdir(csi.target, { recursive: true });
  await writeFile(`${csi.target}2`, "");
  const block = request(csi, { volumeCapability: blockCapability });
  await assert.rejects(csi.node.nodePublishVolume(block), { code: "failed-precondition", message: /folder/ });
  const mount = request(csi, { targetPath: `${csi.target}2` });
  await assert.rejects(csi.node.nodePublishVolume(mount), { code: "failed-precondition", message: /file/ });
});

for (const [what, rest, code, field] of [
  ["no id", { volumeId: "" }, "invalid-argument", "volume_id"],
  ["an id that is a path", { volumeId: "../v1" }, "invalid-argument", "volume_id"],
  ["an unknown id", { volumeId: "v9" }, "not-found", "volume_id"],
  ["no target", { targetPath: "" }, "invalid-argument", "target_path"],
  ["a relative target", { targetPath: "a/b" }, "invalid-argument", "target_path"],
  ["a target with ..", { targetPath: "/a/../b" }, "invalid-argument", "target_path"],
  ["the root as the target", { targetPath: "/" }, "invalid-argument", "target_path"],
  ["no capability", { volumeCapability: undefined }, "invalid-argument", "volume_capability"],
  ["rw with read-only", { readonly: true, volumeCapability: mountCapability("", ["rw"]) }, "invalid-argument", "rw"],
  ["an option that is ours", { volumeCapability: mountCapability("", ["bind"]) }, "invalid-argument", "bind"],
  ["an option that is none", { volumeCapability: mountCapability("", ["a b"]) }, "invalid-argument", "mount option"],
] as const) {
  test(`${what} is refused naming the field`, async () => {
    await using csi = await nodeForTest();
    await assert.rejects(csi.node.nodePublishVolume(request(csi, rest)), { code, message: new RegExp(field) });
    assert.deepEqual(csi.host.done, []);
  });
}

test("an option's value is not repeated", async () => {
  await using csi = await nodeForTest();
  const volumeCapability = mountCapability("", ["offset=hunter2"]);
  await assert.rejects(csi.node.nodePublishVolume(request(csi, { volumeCapability })), (error: Error) => {
    assert.equal(error.message.includes("hunter2"), false);
    return true;
  });
});
