import assert from "node:assert/strict";
import { test } from "node:test";
import { currentNames, legacyNames } from "../../../src/capacity/names.ts";
import type { Answer } from "../../../src/webhook/answer.ts";
import { admitStorageClass } from "../../../src/webhook/validate/storage-class.ts";
import { parameterFindings } from "../../../src/webhook/validate/parameters.ts";
import { roomOf } from "../../support/fake-view.ts";
import { admissionDeps } from "../deps.ts";
import { reviewOf } from "../reviews.ts";

const silent: Answer = { kind: "allowed", patch: [], warnings: [] };

function warned(...warnings: string[]): Answer {
  return { kind: "allowed", patch: [], warnings };
}

const storageClass = (parameters: Record<string, string>, provisioner = "topolvm.io") => ({
  metadata: { name: "fast" },
  provisioner,
  parameters,
});

const ssd = { "topolvm.io/device-class": "ssd" };

test("a StorageClass that will work passes without a word", async () => {
  const object = storageClass({ ...ssd, "csi.storage.k8s.io/fstype": "xfs" });
  assert.deepEqual(await admitStorageClass(reviewOf(object), admissionDeps()), silent);
});

test("a StorageClass of another provisioner passes whatever it says", async () => {
  const object = storageClass({ ...ssd, pool: "rbd", "csi.storage.k8s.io/fstype": "ntfs" }, "rbd.csi.ceph.com");
  assert.deepEqual(await admitStorageClass(reviewOf(object), admissionDeps({ validation: "refuse" })), silent);
});

test("a parameter that nobody knows is named", async () => {
  const object = storageClass({ ...ssd, replicas: "3" });
  assert.deepEqual(
    await admitStorageClass(reviewOf(object), admissionDeps()),
    warned('nobody knows the parameter "replicas"'),
  );
});

test("where it is configured, what will not work is refused with all reasons", async () => {
  const object = storageClass({ ...ssd, replicas: "3", "csi.storage.k8s.io/fstype": "ntfs" });
  assert.deepEqual(await admitStorageClass(reviewOf(object), admissionDeps({ validation: "refuse" })), {
    kind: "denied",
    code: 403,
    message:
      'nobody knows the parameter "replicas"; csi.storage.k8s.io/fstype is "ntfs", and volumes are made with ext4, xfs, btrfs only',
  });
});

test("a device class that no node offers is named", async () => {
  const object = storageClass({ "topolvm.io/device-class": "nvme" });
  assert.deepEqual(
    await admitStorageClass(reviewOf(object), admissionDeps()),
    warned('no node offers the device class "nvme"; the nodes offer "00default", "hdd", "ssd"'),
  );
});

test("an option class that no node of the device class offers is named", async () => {
  const deps = admissionDeps();
  deps.view.setNode("n1", roomOf({ ssd: 1 }), new Set(["striped"]));
  const object = storageClass({ ...ssd, "topolvm.io/lvcreate-option-class": "mirrored" });
  assert.deepEqual(
    await admitStorageClass(reviewOf(object), deps),
    warned('no node with the device class "ssd" offers the lvcreate option class "mirrored"; they offer "striped"'),
  );
});

for (const health of [
  { synced: false, ageMs: Infinity },
  { synced: true, ageMs: 60_001 },
]) {
  test(`a view that is ${health.synced ? "old" : "not complete"} says nothing of nodes, and parameters are looked at still`, async () => {
    const deps = admissionDeps({ validation: "refuse" });
    deps.view.setHealth(health);
    const good = storageClass({ "topolvm.io/device-class": "nvme" });
    assert.deepEqual(await admitStorageClass(reviewOf(good), deps), silent);
    const bad = storageClass({ replicas: "3" });
    assert.equal((await admitStorageClass(reviewOf(bad), deps)).kind, "denied");
  });
}

test("a later change passes: the parameters cannot change", async () => {
  const object = storageClass({ replicas: "3" });
  const review = reviewOf(object, { operation: "UPDATE" });
  assert.deepEqual(await admitStorageClass(review, admissionDeps({ validation: "refuse" })), silent);
});

test("a StorageClass that has still no name is looked at as well", async () => {
  const object = { ...storageClass({ replicas: "3" }), metadata: { generateName: "fast-" } };
  assert.deepEqual(
    await admitStorageClass(reviewOf(object), admissionDeps()),
    warned('nobody knows the parameter "replicas"'),
  );
});

for (const key of [
  "csi.storage.k8s.io/secret-name",
  "csi.storage.k8s.io/provisioner-secret-name",
  "csi.storage.k8s.io/controller-expand-secret-namespace",
  "csi.storage.k8s.io/controller-modify-secret-name",
  "csi.storage.k8s.io/node-expand-secret-namespace",
  "csiNodePublishSecretName",
]) {
  test(`csi-provisioner knows ${key}`, () => {
    assert.deepEqual(parameterFindings({ [key]: "x" }, currentNames), []);
  });
}

for (const [key, meant] of [
  ["topolvm.cybozu.com/device-class", "topolvm.io/device-class"],
  ["deviceClass", "topolvm.io/device-class"],
  ["topolvm.io/lvcreate_option_class", "topolvm.io/lvcreate-option-class"],
  ["csi.storage.k8s.io/fsType", "csi.storage.k8s.io/fstype"],
] as const) {
  test(`who writes ${key} is told of ${meant}`, () => {
    assert.deepEqual(parameterFindings({ [key]: "x" }, currentNames), [
      `nobody knows the parameter "${key}"; did you mean ${meant}?`,
    ]);
  });
}

test("the legacy names have their own parameters", () => {
  assert.deepEqual(parameterFindings({ "topolvm.cybozu.com/device-class": "ssd" }, legacyNames), []);
});

for (const fsType of ["ext4", "xfs", "btrfs", ""]) {
  test(`the file system ${JSON.stringify(fsType)} can be had`, () => {
    assert.deepEqual(parameterFindings({ "csi.storage.k8s.io/fstype": fsType }, currentNames), []);
  });
}

test("the older name of the file system parameter is looked at as well", () => {
  assert.deepEqual(parameterFindings({ fstype: "ntfs" }, currentNames), [
    'fstype is "ntfs", and volumes are made with ext4, xfs, btrfs only',
  ]);
});
