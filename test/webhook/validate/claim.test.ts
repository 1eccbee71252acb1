import assert from "node:assert/strict";
import { test } from "node:test";
import { NativestorError } from "../../../src/base/errors.ts";
import { supplyOf } from "../../../src/capacity/supply.ts";
import type { Answer } from "../../../src/webhook/answer.ts";
import { admitClaim } from "../../../src/webhook/validate/claim.ts";
import { gibibyte, roomOf, storageClassFacts } from "../../support/fake-view.ts";
import { admissionDeps } from "../deps.ts";
import { reviewOf } from "../reviews.ts";

const silent: Answer = { kind: "allowed", patch: [], warnings: [] };

function warned(...warnings: string[]): Answer {
  return { kind: "allowed", patch: [], warnings };
}

const claim = (storage: string, spec: object = {}) => ({
  metadata: { name: "data", namespace: "default" },
  spec: { storageClassName: "ssd", resources: { requests: { storage } }, ...spec },
});

const bound = (storage: string) => claim(storage, { volumeName: "pv-1" });
const growing = (from: object, to: object) => reviewOf(to, { operation: "UPDATE", oldObject: from });

test("a claim that fits on some node passes without a word", async () => {
  assert.deepEqual(await admitClaim(reviewOf(claim("1000Gi")), admissionDeps()), silent);
});

test("a claim for more than any node has free is told so", async () => {
  assert.deepEqual(
    await admitClaim(reviewOf(claim("2000Gi")), admissionDeps()),
    warned('the claim asks for 1.96Ti of "ssd", and no node has more than 1000Gi free now'),
  );
});

test("where it is configured, it is refused", async () => {
  assert.deepEqual(await admitClaim(reviewOf(claim("2000Gi")), admissionDeps({ validation: "refuse" })), {
    kind: "denied",
    code: 403,
    message: 'the claim asks for 1.96Ti of "ssd", and no node has more than 1000Gi free now',
  });
});

/** A class of which `free` GiB of `size` are free. */
const sized = (free: bigint, size: bigint) =>
  supplyOf(new Map([["ssd", free * gibibyte]]), new Map([["ssd", size * gibibyte]]));

test("where nodes tell their sizes, a claim that only has to wait for room passes", async () => {
  const deps = admissionDeps();
  deps.view.setNode("n1", sized(1n, 100n));
  assert.deepEqual(await admitClaim(reviewOf(claim("50Gi")), deps), silent);
});

test("where nodes tell their sizes, a claim larger than the largest is told so", async () => {
  const deps = admissionDeps();
  deps.view.setNode("n1", sized(1n, 100n));
  deps.view.setNode("n2", sized(1n, 200n));
  assert.deepEqual(
    await admitClaim(reviewOf(claim("201Gi")), deps),
    warned('the claim asks for 201Gi of "ssd", and the largest node has 200Gi in all'),
  );
});

test("a thin pool that promises more than its size may be asked for it", async () => {
  const deps = admissionDeps();
  deps.view.setNode("n1", sized(500n, 100n));
  assert.deepEqual(await admitClaim(reviewOf(claim("400Gi")), deps), silent);
});

test("where one node does not tell its size, what is free counts", async () => {
  const deps = admissionDeps();
  deps.view.setNode("n1", sized(1n, 100n));
  deps.view.setNode("n2", roomOf({ ssd: 7 }));
  assert.deepEqual(
    await admitClaim(reviewOf(claim("50Gi")), deps),
    warned('the claim asks for 50Gi of "ssd", and no node has more than 7Gi free now'),
  );
});

test("a claim of a StorageClass whose device class no node offers is told so", async () => {
  const deps = admissionDeps();
  deps.view.setStorageClass(storageClassFacts("nvme", "nvme"));
  assert.deepEqual(
    await admitClaim(reviewOf(claim("1Gi", { storageClassName: "nvme" })), deps),
    warned('no node offers the device class "nvme"; the nodes offer "00default", "hdd", "ssd"'),
  );
});

test("a claim of the cluster's default StorageClass is looked at", async () => {
  const deps = admissionDeps();
  deps.view.setStorageClass({ ...storageClassFacts("std", "nvme"), isDefault: true });
  const answer = await admitClaim(reviewOf(claim("1Gi", { storageClassName: undefined })), deps);
  assert.equal(answer.kind === "allowed" && answer.warnings.length, 1);
});

for (const [what, storageClassName] of [
  ["no class", ""],
  ["a class that does not exist", "manual"],
  ["a class of another provisioner", "ceph"],
] as const) {
  test(`a claim of ${what} passes, however large`, async () => {
    const deps = admissionDeps({ validation: "refuse" });
    deps.view.setStorageClass({ ...storageClassFacts("ceph", "ssd"), provisioner: "rbd.csi.ceph.com" });
    assert.deepEqual(await admitClaim(reviewOf(claim("8Ei", { storageClassName })), deps), silent);
  });
}

test("a claim for a volume that exists passes, however large", async () => {
  assert.deepEqual(await admitClaim(reviewOf(bound("8Ei")), admissionDeps({ validation: "refuse" })), silent);
});

test("a claim that has still no name is looked at as well", async () => {
  const object = { ...claim("2000Gi"), metadata: { generateName: "data-" } };
  const answer = await admitClaim(reviewOf(object), admissionDeps({ validation: "refuse" }));
  assert.equal(answer.kind, "denied");
});

test("a volume that grows by what a node has free passes", async () => {
  assert.deepEqual(await admitClaim(growing(bound("1Gi"), bound("1001Gi")), admissionDeps()), silent);
});

test("a volume that grows by more than any node has free is told by how much", async () => {
  assert.deepEqual(
    await admitClaim(growing(bound("1Gi"), bound("1002Gi")), admissionDeps()),
    warned('the claim asks for 1001Gi more of "ssd", and no node has more than 1000Gi free now'),
  );
});

test("a volume that grows beyond the largest node is told so", async () => {
  const deps = admissionDeps();
  deps.view.setNode("n1", sized(90n, 100n));
  assert.deepEqual(
    await admitClaim(growing(bound("50Gi"), bound("101Gi")), deps),
    warned('the claim asks for 101Gi of "ssd", and the largest node has 100Gi in all'),
  );
});

test("a change that asks for no more passes, so that a full cluster never keeps a claim from being deleted", async () => {
  const deps = admissionDeps({ validation: "refuse" });
  deps.view.setNode("n1", roomOf({ ssd: 0 }));
  assert.deepEqual(await admitClaim(growing(bound("8Ei"), bound("8Ei")), deps), silent);
  assert.deepEqual(deps.view.lookups, []);
});

test("a view that is not to be trusted says nothing", async () => {
  const deps = admissionDeps({ validation: "refuse" });
  deps.view.setHealth({ synced: true, ageMs: 60_001 });
  assert.deepEqual(await admitClaim(reviewOf(claim("8Ei")), deps), silent);
});

test("a StorageClass that cannot be looked up leaves the claim undecided", async () => {
  const deps = admissionDeps();
  deps.view.setSource({
    storageClass: () => {
      throw new NativestorError("unavailable", "connection refused");
    },
  });
  const review = reviewOf(claim("1Gi", { storageClassName: "new" }));
  await assert.rejects(admitClaim(review, deps), { code: "unavailable" });
});

test("a size that is none names its field", async () => {
  await assert.rejects(admitClaim(reviewOf(claim("lots")), admissionDeps()), {
    code: "invalid-argument",
    message: /^spec\.resources\.requests\.storage: "lots" is no quantity/,
  });
});
