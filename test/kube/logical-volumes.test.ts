import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { parse } from "yaml";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { currentNames } from "../../src/capacity/names.ts";
import { startKubernetesVolumes } from "../../src/csi/volumes/kubernetes.ts";
import { loadKubeAccess } from "../../src/kube/load.ts";
import { volumesContract } from "../csi/volumes/contract.ts";
import { startControlPlane } from "./harness/control-plane.ts";
import { until } from "./harness/until.ts";

const plane = await startControlPlane("logical-volumes");
after(() => plane.stop());

const path = "/apis/topolvm.io/v1/logicalvolumes";
const deploy = (name: string): object =>
  parse(readFileSync(new URL(`../../deploy/manifests/${name}`, import.meta.url), "utf8")) as object;
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
await plane.api.create(definitions, deploy("crds/logicalvolume.yaml"));
await plane.api.create(definitions, deploy("crds/logicalvolume-legacy.yaml"));
for (const group of ["topolvm.io", "topolvm.cybozu.com"])
  await until(
    `${group} is served`,
    async () => (await plane.api.list(`/apis/${group}/v1/logicalvolumes`)).length === 0,
  );

const access = await loadKubeAccess({ kubeconfig: plane.workspace.path("admin.kubeconfig") });
after(() => access.close());
const observer = { restarted: () => undefined, relisted: () => undefined, skipped: () => undefined };

volumesContract("a real API server", async () => {
  const volumes = startKubernetesVolumes({
    access,
    names: currentNames,
    observer,
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
  });
  return {
    volumes,
    report: async (name, { volumeId, currentBytes, ...rest }) => {
      const status = { volumeID: volumeId, currentSize: currentBytes && String(currentBytes), ...rest };
      await plane.api.patch(`${path}/${name}/status`, { status });
    },
    release: async (name) => void (await plane.api.patch(`${path}/${name}`, { metadata: { finalizers: null } })),
    close: () => volumes.close(),
  };
});

function volume(name: string, spec: object): object {
  const base = { name, nodeName: "n1", size: "1Gi" };
  return { apiVersion: "topolvm.io/v1", kind: "LogicalVolume", metadata: { name }, spec: { ...base, ...spec } };
}

for (const [what, spec, field] of [
  ["no node", { nodeName: null }, "nodeName"],
  ["no size", { size: null }, "size"],
  ["a size that is no quantity", { size: "much" }, "size"],
  ["a negative size", { size: "-1Gi" }, "size"],
  ["an access type of its own", { accessType: "rwx" }, "accessType"],
  ["a class that is no name", { deviceClass: "a/b" }, "deviceClass"],
] as const) {
  test(`a LogicalVolume with ${what} is refused`, async () => {
    await assert.rejects(plane.api.create(path, volume("refused", spec)), new RegExp(`422.*${field}`));
  });
}

test("only the size of a LogicalVolume can be changed", async () => {
  await plane.api.create(path, volume("fixed", { deviceClass: "ssd", source: "other", accessType: "rw" }));
  await plane.api.patch(`${path}/fixed`, { spec: { size: "2Gi" } });
  for (const spec of [{ nodeName: "n2" }, { deviceClass: "hdd" }, { deviceClass: null }, { source: "x" }])
    await assert.rejects(plane.api.patch(`${path}/fixed`, { spec }), /422.*cannot be changed/);
});

test("TopoLVM's own form of an object is taken", async () => {
  await plane.api.create(path, volume("theirs", { size: "10Gi", deviceClass: "", accessType: "" }));
});

test("kubectl shows where a volume is and how large", async () => {
  await plane.api.create(path, volume("shown", { deviceClass: "ssd" }));
  const { stdout: table, stderr } = await plane.kubectl(["get", "logicalvolumes.topolvm.io", "shown"]);
  assert.equal(stderr, "");
  assert.match(table, /NAME +NODE +CLASS +SIZE +CURRENT +AGE/);
  assert.match(table, /shown +n1 +ssd +1Gi/);
});

test("the API server takes the CSIDriver", async () => {
  await plane.api.create("/apis/storage.k8s.io/v1/csidrivers", deploy("csi-driver.yaml"));
});
