import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { renderManifests } from "../../scripts/manifests.ts";
import { csiTools, helmTools, monitoringTools, type Toolset, toolFolder } from "../setup/tools.ts";
import { deploy } from "./harness/agents.ts";
import { startControlPlane } from "./harness/control-plane.ts";
import { chart, type Helm, renderChart, runHelm } from "./harness/helm.ts";
import { until } from "./harness/until.ts";
import { valueSets } from "./harness/value-sets.ts";

const plane = await startControlPlane("chart");
after(() => plane.stop());

// what a cluster has of others
for (const toolset of [helmTools, csiTools, monitoringTools] satisfies Toolset[])
  for (const { path } of toolset.files ?? []) {
    const file = join(toolFolder(toolset), basename(path));
    const { status, stderr } = await plane.kubectl(["apply", "--server-side", "-f", file]);
    assert.equal(status, 0, stderr);
  }
await deploy(plane, "namespace.yaml");
for (const group of [
  "cert-manager.io/v1/certificates",
  "snapshot.storage.k8s.io/v1/volumesnapshotclasses",
  ...["podmonitors", "prometheusrules", "servicemonitors"].map((name) => `monitoring.coreos.com/v1/${name}`),
])
  await until(`${group} are served`, async () => (await plane.api.list(`/apis/${group}`)).length === 0);

interface PodObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly spec: object } };
}

const objectsOf = (text: string) =>
  parseAllDocuments(text).flatMap((document) => (document.toJS() as PodObject | null) ?? []);

// the two do not agree on an order
const byName = (text: string) =>
  Object.fromEntries(objectsOf(text).map((object) => [`${object.kind} ${object.metadata.name}`, object]));

for (const program of ["helm", "helm3"] satisfies Helm[])
  test(`${program} finds nothing wrong with the chart`, () => {
    const { status, stdout, stderr } = runHelm(program, ["lint", "--strict", chart]);
    assert.equal(status, 0, stdout + stderr);
  });

for (const [what, values] of Object.entries(valueSets)) {
  test(`${what}: both versions of helm render the same, and the API server takes it`, async () => {
    const rendered = renderChart(values);
    assert.deepEqual(byName(renderChart(values, { program: "helm3" })), byName(rendered));
    const { status, stderr } = await plane.kubectl(["apply", "--dry-run=server", "-f", "-"], rendered);
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "", "no warnings");
  });
}

test("the API server warns where a field is unknown, so that the tests above see it", async () => {
  const rendered = renderChart({}).replace("fsGroupPolicy:", "fsGroupPolitics:");
  const { stderr } = await plane.kubectl(["apply", "--dry-run=server", "-f", "-"], rendered);
  assert.match(stderr, /fsGroupPolitics/);
});

test("what touches no disk is taken where pods have to be `restricted`", async () => {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await plane.api.create("/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "restricted", labels },
  });
  const path = "/api/v1/namespaces/restricted/pods?dryRun=All";
  const account = "/api/v1/namespaces/restricted/serviceaccounts/default";
  await until("the default account is there", () => plane.api.get(account));
  const objects = objectsOf(renderChart({}));
  const pods = objects.flatMap(({ kind, metadata: { name }, spec }) => {
    if (kind === "Deployment") return [{ name, spec: spec.template.spec }];
    return kind === "Pod" ? [{ name, spec }] : [];
  });
  assert.equal(pods.length, 5);
  for (const { name, spec } of pods)
    await plane.api.create(path, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name },
      spec: { ...spec, serviceAccountName: "default", priorityClassName: "" },
    });
});

test("a cluster whose tokens name no node gets no policy that would refuse all of them", () => {
  const kinds = (kubeVersion: string) => objectsOf(renderChart({}, { kubeVersion })).map(({ kind }) => kind);
  assert.ok(!kinds("1.31.0").includes("ValidatingAdmissionPolicy"));
  assert.ok(kinds("1.32.0").includes("ValidatingAdmissionPolicy"));
});

test("without the internet no image comes from elsewhere", () => {
  const rendered = renderChart(valueSets["no internet"] ?? {});
  const images = [...rendered.matchAll(/^\s*image: (.*)$/gm)].map(([, image]) => image ?? "");
  assert.deepEqual(
    images.filter((image) => !image.startsWith("mirror.example:5000/k8s/")),
    [],
  );
  assert.ok(images.includes("mirror.example:5000/k8s/sig-storage/csi-provisioner:v6.4.0"));
});

test("the second scheduler is of the cluster's version, whatever a cloud calls it", () => {
  const rendered = renderChart({}, { kubeVersion: "v1.33.4-gke.1036000" });
  assert.match(rendered, /image: registry\.k8s\.io\/kube-scheduler:v1\.33\.4$/m);
});

test("deploy/manifests is what the chart renders now: node scripts/manifests.ts", () => {
  const folder = fileURLToPath(new URL("../../deploy/manifests", import.meta.url));
  const committed = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
  const texts = committed.map((name): [string, string] => [name, readFileSync(join(folder, name), "utf8")]);
  assert.deepEqual(Object.fromEntries(texts), Object.fromEntries(renderManifests()));
});
