import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { legacyNames, currentNames } from "../../../src/capacity/names.ts";
import { claimStep } from "../../../src/controllers/claim/decide.ts";
import { startClaimController } from "../../../src/controllers/claim/start.ts";
import { eventually } from "../../support/eventually.ts";
import { clusterRig } from "../support/cluster-rig.ts";

const protection = "kubernetes.io/pvc-protection";

async function start(t: TestContext) {
  const rig = await clusterRig(t);
  const controller = startClaimController({ ...rig.shared, view: rig.view });
  t.after(() => controller.close());
  return rig;
}

test("pods that hold a claim of ours which is being removed are removed, in its namespace only", async (t) => {
  const { claim, pod, pods, leaving } = await start(t);
  pod("holder", "data");
  pod("other", "more");
  pod("namesake", "data", "elsewhere");
  claim("data", "ours", { finalizers: [protection], deletionTimestamp: leaving });
  await eventually("the holder is gone", () => !pods().includes("app/holder"));
  assert.deepEqual(pods().sort(), ["app/other", "elsewhere/namesake"]);
});

test("a generic ephemeral volume's pod counts as a holder", async (t) => {
  const { api, claim, pods, leaving } = await start(t);
  const ephemeral = { volumeClaimTemplate: { spec: { storageClassName: "ours" } } };
  const metadata = { name: "p", namespace: "app", uid: "uid-p" };
  api.apply({ kind: "Pod", metadata, spec: { volumes: [{ name: "scratch", ephemeral }] } });
  claim("p-scratch", "ours", { finalizers: [protection], deletionTimestamp: leaving });
  await eventually("the holder is gone", () => pods().length === 0);
});

test("pods that have ended, or hold claims of others, stay", async (t) => {
  const { claim, pod, pods, leaving } = await start(t);
  pod("ended", "data", "app", { status: { phase: "Succeeded" } });
  pod("running", "data");
  pod("foreign", "foreign");
  claim("foreign", "theirs", { finalizers: [protection], deletionTimestamp: leaving });
  claim("data", "ours", { finalizers: [protection], deletionTimestamp: leaving });
  await eventually("the running one is gone", () => !pods().includes("app/running"));
  assert.deepEqual(pods().sort(), ["app/ended", "app/foreign"]);
});

test("pods of a claim that nobody removes stay", async (t) => {
  const { claim, pod, pods, leaving } = await start(t);
  pod("keeper", "data");
  pod("holder", "other");
  claim("data", "ours", { finalizers: [protection] });
  claim("other", "ours", { finalizers: [protection], deletionTimestamp: leaving });
  await eventually("the other's holder is gone", () => pods().length === 1);
  assert.deepEqual(pods(), ["app/keeper"]);
});

test("TopoLVM's finalizer is taken off once it is the last", async (t) => {
  const { api, claim, leaving } = await start(t);
  claim("data", "ours", { finalizers: ["topolvm.io/pvc"], deletionTimestamp: leaving });
  await eventually("the claim is gone", () => api.find("PersistentVolumeClaim", "data", "app") === undefined);
});

test("the outdated finalizer is taken off whether the claim is removed or not", async (t) => {
  const { api, claim } = await start(t);
  claim("data", "ours", { finalizers: [protection, "topolvm.cybozu.com/pvc"] });
  await eventually("it is off", () => {
    const finalizers = api.find("PersistentVolumeClaim", "data", "app")?.metadata.finalizers as string[];
    return finalizers.length === 1 && finalizers[0] === protection;
  });
});

test("under the legacy names the outdated finalizer is the present one", () => {
  const finalizers = ["topolvm.cybozu.com/pvc", protection];
  const claim = { namespace: "app", name: "data", uid: "u", isLeaving: true, finalizers };
  assert.equal(claimStep(claim, true, legacyNames).kind, "free");
  assert.equal(claimStep(claim, true, currentNames).kind, "release");
});
