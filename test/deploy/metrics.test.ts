import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { describeMetrics } from "../../scripts/metrics/catalogue.ts";

const src = fileURLToPath(new URL("../../src", import.meta.url));
const metrics = describeMetrics();
const byName = new Map(metrics.map((metric) => [metric.name, metric]));

test("every metric that the code names is in the catalogue", () => {
  const files = globSync("**/*.ts", { cwd: src });
  const named = files.flatMap(
    (file) => readFileSync(join(src, file), "utf8").match(/"(?:nativestor|topolvm)_[a-z_]+"/g) ?? [],
  );
  const missing = [...new Set(named.map((word) => word.slice(1, -1)))].filter((name) => !byName.has(name));
  assert.ok(named.length > 30);
  assert.deepEqual(missing, []);
});

test("every metric says what it tells, in a sentence", () => {
  assert.deepEqual(
    metrics.filter(({ help }) => !/^[A-Z0-9].{10,}\.$/s.test(help)).map(({ name }) => name),
    [],
  );
});

test("counters end as Prometheus asks for, and nothing else does", () => {
  assert.deepEqual(
    metrics.filter(({ name, type }) => name.endsWith("_total") !== (type === "counter")).map(({ name }) => name),
    [],
  );
});

/** Labels whose values are few by nature, and what each of them is bounded by. */
const bounded: Readonly<Record<string, string>> = {
  node: "nodes",
  node_name: "nodes",
  device_class: "classes",
  volume_group: "groups of a node",
  certificate: "three",
  cluster_name: "one",
  code: "gRPC's",
  command: "lvm's",
  kind: "written in the code",
  method: "methods of a service",
  outcome: "written in the code",
  queue: "controllers",
  reason: "written in the code",
  resource: "watched collections",
  result: "written in the code",
  service: "CSI's three",
  step: "written in the code",
  verb: "written in the code",
};

/** Metrics that name single volumes, and only those of one node that need somebody's eyes. */
const ofVolumes = [
  "nativestor_lvmd_snapshot_store_percent",
  "nativestor_lvmd_raid_sync_percent",
  "nativestor_lvmd_volume_ill",
];

test("no label takes as many values as there are volumes, claims or pods", () => {
  const unbounded = metrics
    .filter(({ name }) => !ofVolumes.includes(name))
    .flatMap(({ name, labels }) => labels.filter((label) => !(label in bounded)).map((label) => `${name}{${label}}`));
  assert.deepEqual(unbounded, []);
});

const peers = {
  topolvm_volumegroup_size_bytes: ["node", "device_class"],
  topolvm_volumegroup_available_bytes: ["node", "device_class"],
  topolvm_thinpool_size_bytes: ["node", "device_class"],
  topolvm_thinpool_data_percent: ["node", "device_class"],
  topolvm_thinpool_metadata_percent: ["node", "device_class"],
  topolvm_thinpool_overprovisioned_available: ["node", "device_class"],
  topolvm_health_cluster_status: ["cluster_name"],
  topolvm_health_node_status: ["node_name"],
};

for (const [name, labels] of Object.entries(peers))
  test(`${name} has the labels that it has always had`, () => {
    assert.deepEqual(byName.get(name)?.labels, labels);
    assert.equal(byName.get(name)?.type, "gauge");
  });
