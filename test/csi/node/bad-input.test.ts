import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import test from "node:test";
import { mountCapability } from "../support/requests.ts";
import { nodeForTest } from "./support.ts";

type Csi = Awaited<ReturnType<typeof nodeForTest>>;
type Refused = readonly [what: string, rest: object, code: string, field: string];

const invalid = "invalid-argument";
const badIds: Refused[] = [
  ["an empty id", { volumeId: "" }, invalid, "volume_id"],
  ["an id of 1 KB", { volumeId: "x".repeat(1024) }, invalid, "volume_id"],
  ["an id that is a path", { volumeId: "../v1" }, invalid, "volume_id"],
];
const foreign: Refused = ["a foreign id", { volumeId: "foreign" }, "not-found", "volume_id"];

const badPaths = (key: string, field: string): Refused[] => [
  ["no path", { [key]: "" }, invalid, field],
  ["a path with ..", { [key]: "/var/../etc" }, invalid, field],
  ["the root", { [key]: "/" }, invalid, field],
  ["a path with a NUL character", { [key]: "/a\u0000b" }, invalid, field],
  ["a path of 5 KB", { [key]: `/${"x".repeat(5000)}` }, invalid, field],
];

const flags = (...mountFlags: string[]) => ({ volumeCapability: mountCapability("", mountFlags) });

/** For each call: what spoils a request for the volume at its target. */
const calls: Readonly<Record<string, readonly Refused[]>> = {
  nodePublishVolume: [
    ...badIds,
    foreign,
    ...badPaths("targetPath", "target_path"),
    ["a relative path", { targetPath: "a/b" }, invalid, "target_path"],
    ["no capability", { volumeCapability: undefined }, invalid, "volume_capability"],
    [
      "a mode for several nodes",
      { volumeCapability: mountCapability("", [], 5) },
      invalid,
      "volume_capability.access_mode",
    ],
    [
      "an unknown file system",
      { volumeCapability: mountCapability("ntfs") },
      invalid,
      "volume_capability.mount.fs_type",
    ],
    ["rw with read-only", { readonly: true, ...flags("rw") }, invalid, "mount_flags"],
    ["an option that is ours", flags("bind"), invalid, "mount_flags"],
    ["two options in one", flags("noatime\nsuid"), invalid, "mount_flags"],
  ],
  nodeUnpublishVolume: [
    ...badIds,
    ...badPaths("targetPath", "target_path"),
    ["a relative path", { targetPath: "a/b" }, invalid, "target_path"],
  ],
  nodeExpandVolume: [
    ...badIds,
    foreign,
    ...badPaths("volumePath", "volume_path"),
    ["a negative size", { capacityRange: { requiredBytes: -1n } }, invalid, "capacity_range.required_bytes"],
    ["more than the device has", { capacityRange: { requiredBytes: 1n << 50n } }, "out-of-range", "required_bytes"],
    ["a limit below the size", { capacityRange: { requiredBytes: 20n, limitBytes: 10n } }, invalid, "limit_bytes"],
    [
      "a mode for several nodes",
      { volumeCapability: mountCapability("", [], 5) },
      invalid,
      "volume_capability.access_mode",
    ],
    ["a path where the volume is not", { volumePath: "/nowhere" }, "not-found", "volume_path"],
  ],
  nodeGetVolumeStats: [
    ...badIds,
    foreign,
    ...badPaths("volumePath", "volume_path"),
    ["a path where the volume is not", { volumePath: "/nowhere" }, "not-found", "volume_path"],
  ],
};

for (const [call, refused] of Object.entries(calls)) {
  for (const [what, rest, code, field] of refused) {
    test(`${call} refuses ${what} as ${code}, naming ${field}`, async () => {
      await using csi = await nodeForTest();
      const published = { volumeId: "v1", targetPath: csi.target, volumeCapability: mountCapability() };
      if (call !== "nodePublishVolume") await csi.node.nodePublishVolume(published);
      const done = [...csi.host.done];
      const fine = call === "nodePublishVolume" ? published : { ...published, volumePath: csi.target };
      await assert.rejects(ask(csi, call, { ...fine, ...rest }), naming(code, field));
      assert.deepEqual(csi.host.done, done);
    });
  }
}

test("a symbolic link at the target is refused at both ends", async () => {
  await using csi = await nodeForTest();
  await mkdir(dirname(csi.target));
  await symlink("/etc", csi.target);
  const request = { volumeId: "v1", targetPath: csi.target, volumeCapability: mountCapability() };
  await assert.rejects(csi.node.nodePublishVolume(request), naming(invalid, "target_path"));
  await assert.rejects(csi.node.nodeUnpublishVolume(request), naming(invalid, "target_path"));
});

test("a file at the target of a mount is refused", async () => {
  await using csi = await nodeForTest();
  await mkdir(dirname(csi.target));
  await writeFile(csi.target, "");
  const request = { volumeId: "v1", targetPath: csi.target, volumeCapability: mountCapability() };
  await assert.rejects(csi.node.nodePublishVolume(request), naming("failed-precondition", "target_path"));
});

test("another file system on the device is refused by the field that asks for one", async () => {
  await using csi = await nodeForTest();
  csi.host.put("v1", { content: { kind: "file-system", type: "xfs", uuid: undefined, sizeBytes: undefined } });
  const request = { volumeId: "v1", targetPath: csi.target, volumeCapability: mountCapability("ext4") };
  await assert.rejects(
    csi.node.nodePublishVolume(request),
    naming("failed-precondition", "volume_capability.mount.fs_type"),
  );
});

interface Refusal extends Error {
  readonly code: string;
}

function naming(code: string, field: string) {
  return (error: Refusal) => {
    assert.equal(error.code, code, error.message);
    assert.ok(error.message.includes(field), error.message);
    return true;
  };
}

async function ask(csi: Csi, call: string, request: object): Promise<unknown> {
  const methods = csi.node as unknown as Record<string, (request: object) => Promise<unknown>>;
  return methods[call]?.(request);
}
