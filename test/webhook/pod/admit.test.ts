import assert from "node:assert/strict";
import { test } from "node:test";
import { NativestorError } from "../../../src/base/errors.ts";
import { legacyNames } from "../../../src/capacity/names.ts";
import type { Answer } from "../../../src/webhook/answer.ts";
import { admitPod } from "../../../src/webhook/pod/admit.ts";
import { claimFacts, gibibyte, roomOf, storageClassFacts } from "../../support/fake-view.ts";
import { admissionDeps } from "../deps.ts";
import { ephemeral, podOf, podWith, reviewOf } from "../reviews.ts";

const untouched: Answer = { kind: "allowed", patch: [], warnings: [] };

/** What a patch writes, by pointer. */
function written(answer: Answer): Record<string, unknown> {
  assert.equal(answer.kind, "allowed");
  return Object.fromEntries(answer.patch.map(({ path, value }) => [path, value]));
}

/** The capacity annotations that a patch puts on a pod without annotations. */
const annotations = (answer: Answer) => written(answer)["/metadata/annotations"];

test("a pod without volumes passes untouched, and the cluster is not asked", async () => {
  const deps = admissionDeps();
  deps.view.setHealth({ synced: false, ageMs: Infinity });
  assert.deepEqual(await admitPod(reviewOf(podOf()), deps), untouched);
});

test("a pod with volumes of other kinds only passes untouched", async () => {
  const pod = podOf({ name: "a", emptyDir: {} }, { name: "b", configMap: { name: "c" } });
  assert.deepEqual(await admitPod(reviewOf(pod), admissionDeps()), untouched);
});

test("a pod whose claim is of another provisioner passes untouched", async () => {
  const deps = admissionDeps();
  deps.view.setStorageClass({ ...storageClassFacts("ceph", "ssd"), provisioner: "rbd.csi.ceph.com" });
  deps.view.setClaim(claimFacts("data", { storageClass: "ceph" }));
  assert.deepEqual(await admitPod(reviewOf(podWith("data")), deps), untouched);
});

test("a pod whose claim wants no class passes untouched", async () => {
  const deps = admissionDeps();
  deps.view.setClaim(claimFacts("data", { storageClass: "" }));
  assert.deepEqual(await admitPod(reviewOf(podWith("data")), deps), untouched);
});

test("a pod whose claim is missing passes untouched", async () => {
  assert.deepEqual(await admitPod(reviewOf(podWith("data")), admissionDeps()), untouched);
});

test("a pod whose claim is missing is marked where that is asked for", async () => {
  const answer = await admitPod(reviewOf(podWith("data")), admissionDeps({ missingClaims: "mark" }));
  assert.deepEqual(written(answer), {
    "/spec/containers/0/resources/requests": { "topolvm.io/capacity": "1" },
    "/spec/containers/0/resources/limits": { "topolvm.io/capacity": "1" },
  });
});

test("unbound claims are summed by class, and the first container is marked", async () => {
  const deps = admissionDeps();
  deps.view.setClaim(claimFacts("a", { requestBytes: 3n * gibibyte }));
  deps.view.setClaim(claimFacts("b", { requestBytes: 4n * gibibyte }));
  deps.view.setClaim(claimFacts("c", { storageClass: "hdd", requestBytes: 500n << 20n }));
  assert.deepEqual(written(await admitPod(reviewOf(podWith("a", "b", "c")), deps)), {
    "/metadata/annotations": { "capacity.topolvm.io/ssd": "7516192768", "capacity.topolvm.io/hdd": "524288000" },
    "/spec/containers/0/resources/requests": { "topolvm.io/capacity": "1" },
    "/spec/containers/0/resources/limits": { "topolvm.io/capacity": "1" },
  });
});

test("the legacy names are written where they are in use", async () => {
  const deps = admissionDeps({ names: legacyNames });
  deps.view.setStorageClass({
    ...storageClassFacts("old", undefined),
    provisioner: "topolvm.cybozu.com",
    parameters: { "topolvm.cybozu.com/device-class": "hdd" },
  });
  deps.view.setClaim(claimFacts("data", { storageClass: "old" }));
  const answer = await admitPod(reviewOf(podWith("data")), deps);
  assert.deepEqual(annotations(answer), { "capacity.topolvm.cybozu.com/hdd": "1073741824" });
});

test("a claim without a size asks for 1 GiB", async () => {
  const deps = admissionDeps();
  deps.view.setClaim(claimFacts("data", { requestBytes: undefined }));
  assert.deepEqual(annotations(await admitPod(reviewOf(podWith("data")), deps)), {
    "capacity.topolvm.io/ssd": "1073741824",
  });
});

for (const deviceClass of [undefined, ""]) {
  test(`a StorageClass with the device class ${JSON.stringify(deviceClass)} stands for the default one`, async () => {
    const deps = admissionDeps();
    deps.view.setStorageClass(storageClassFacts("plain", deviceClass));
    deps.view.setClaim(claimFacts("data", { storageClass: "plain" }));
    assert.deepEqual(annotations(await admitPod(reviewOf(podWith("data")), deps)), {
      "capacity.topolvm.io/00default": "1073741824",
    });
  });
}

test("a claim without a class is of the cluster's default one", async () => {
  const deps = admissionDeps();
  deps.view.setStorageClass({ ...storageClassFacts("std", "hdd"), isDefault: true });
  deps.view.setClaim(claimFacts("data", { storageClass: undefined }));
  assert.deepEqual(annotations(await admitPod(reviewOf(podWith("data")), deps)), {
    "capacity.topolvm.io/hdd": "1073741824",
  });
});

test("a claim that is mounted twice counts once", async () => {
  const deps = admissionDeps();
  deps.view.setClaim(claimFacts("data"));
  assert.deepEqual(annotations(await admitPod(reviewOf(podWith("data", "data")), deps)), {
    "capacity.topolvm.io/ssd": "1073741824",
  });
});

test("a sum that no int64 holds is written as the largest one", async () => {
  const deps = admissionDeps();
  deps.view.setClaim(claimFacts("a", { requestBytes: 2n ** 63n - 1n }));
  deps.view.setClaim(claimFacts("b"));
  assert.deepEqual(annotations(await admitPod(reviewOf(podWith("a", "b")), deps)), {
    "capacity.topolvm.io/ssd": "9223372036854775807",
  });
});

test("a pod whose claims are all bound passes untouched", async () => {
  const deps = admissionDeps();
  deps.view.setClaim(claimFacts("a", { bound: true }));
  deps.view.setClaim(claimFacts("b", { bound: true, storageClass: "gone" }));
  assert.deepEqual(await admitPod(reviewOf(podWith("a", "b")), deps), untouched);
});

test("of claims that are partly bound, the unbound ones count", async () => {
  const deps = admissionDeps();
  deps.view.setClaim(claimFacts("a", { bound: true, requestBytes: 50n * gibibyte }));
  deps.view.setClaim(claimFacts("b", { requestBytes: 2n * gibibyte }));
  assert.deepEqual(annotations(await admitPod(reviewOf(podWith("a", "b")), deps)), {
    "capacity.topolvm.io/ssd": "2147483648",
  });
});

for (const [size, bytes] of [
  ["500Mi", "524288000"],
  ["1.5Gi", "1610612736"],
  ["1e9", "1000000000"],
  ["100m", "1"],
  [undefined, "1073741824"],
] as const) {
  test(`an ephemeral volume of ${size ?? "no size"} asks for ${bytes} bytes`, async () => {
    const answer = await admitPod(reviewOf(podOf(ephemeral("scratch", "ssd", size))), admissionDeps());
    assert.deepEqual(annotations(answer), { "capacity.topolvm.io/ssd": bytes });
  });
}

test("an ephemeral volume of a pod that has no name yet counts", async () => {
  const pod = { ...podOf(ephemeral("scratch", "ssd", "2Gi")), metadata: { generateName: "web-" } };
  assert.deepEqual(annotations(await admitPod(reviewOf(pod), admissionDeps())), {
    "capacity.topolvm.io/ssd": "2147483648",
  });
});

test("an ephemeral volume asks for room although a claim of its name is left over from an earlier pod", async () => {
  const deps = admissionDeps();
  deps.view.setClaim(claimFacts("p-scratch", { bound: true }));
  const answer = await admitPod(reviewOf(podOf(ephemeral("scratch", "ssd", "2Gi"))), deps);
  assert.deepEqual(annotations(answer), { "capacity.topolvm.io/ssd": "2147483648" });
});

for (const containers of [[], null, undefined]) {
  test(`a pod with the containers ${JSON.stringify(containers)} is denied`, async () => {
    const pod = { metadata: { name: "p" }, spec: { containers, volumes: [] } };
    assert.deepEqual(await admitPod(reviewOf(pod), admissionDeps()), {
      kind: "denied",
      code: 403,
      message: "the pod has no containers: spec.containers needs at least one",
    });
  });
}

test("the claims of a pod without a namespace are in the request's", async () => {
  const deps = admissionDeps();
  deps.view.setClaim(claimFacts("data", { namespace: "shop" }));
  const answer = await admitPod(reviewOf(podWith("data"), { namespace: "shop" }), deps);
  assert.deepEqual(annotations(answer), { "capacity.topolvm.io/ssd": "1073741824" });
});

test("a claim that was made a moment ago is asked for", async () => {
  const deps = admissionDeps();
  deps.view.setSource({ claim: (_namespace, name) => claimFacts(name) });
  assert.deepEqual(annotations(await admitPod(reviewOf(podWith("data")), deps)), {
    "capacity.topolvm.io/ssd": "1073741824",
  });
});

test("lookups that fail leave the pod undecided", async () => {
  const deps = admissionDeps();
  deps.view.setSource({
    claim: () => {
      throw new NativestorError("unavailable", "connection refused");
    },
  });
  await assert.rejects(admitPod(reviewOf(podWith("data")), deps), { code: "unavailable" });
});

test("a pod with claims is not decided before the cluster has been read", async () => {
  const deps = admissionDeps();
  deps.view.setHealth({ synced: false, ageMs: Infinity });
  await assert.rejects(admitPod(reviewOf(podWith("data")), deps), { code: "unavailable" });
});

test("a pod with claims is not decided from a view that is too old", async () => {
  const deps = admissionDeps();
  deps.view.setHealth({ synced: true, ageMs: 60_001 });
  await assert.rejects(admitPod(reviewOf(podWith("data")), deps), {
    code: "unavailable",
    message: "the view of the cluster is 60 s old, and at most 60 s are trusted",
  });
});

for (const operation of ["UPDATE", "DELETE", "CONNECT"]) {
  test(`${operation} passes, whatever the object is`, async () => {
    assert.deepEqual(await admitPod(reviewOf(null, { operation }), admissionDeps()), untouched);
  });
}

test("an object of another kind passes", async () => {
  const review = reviewOf({ spec: {} }, { objectKind: "Deployment" });
  assert.deepEqual(await admitPod(review, admissionDeps()), untouched);
});

test("a pod that no node can hold is admitted with a warning and its patch", async () => {
  const deps = admissionDeps();
  deps.view.setNode("n1", roomOf({ ssd: 42 }));
  deps.view.setClaim(claimFacts("data", { requestBytes: 100n * gibibyte }));
  const answer = await admitPod(reviewOf(podWith("data")), deps);
  assert.deepEqual(annotations(answer), { "capacity.topolvm.io/ssd": "107374182400" });
  assert.deepEqual(answer.kind === "allowed" && answer.warnings, [
    'no node has room for the pod\'s volumes now: "ssd": asked 100Gi, at most 42Gi free on one node',
  ]);
});
