import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { jobOf, startPrometheus } from "../monitoring/prometheus.ts";
import { faultsOfMetrics } from "../monitoring/promtool.ts";
import { dashboards, filled, queriesOf } from "../monitoring/queries.ts";
import { request } from "../support/https-client.ts";
import { deployAgents, startController, startNodeAgent, tokenOf } from "./harness/agents.ts";
import { startControlPlane } from "./harness/control-plane.ts";
import { createClaim, createNode, createPod, nodeOf } from "./harness/objects.ts";
import { freePorts } from "./harness/ports.ts";
import { startProgram } from "./harness/program.ts";
import { deployProtection, monitorsToken } from "./harness/protected.ts";
import { startScheduler } from "./harness/scheduler.ts";
import { main, startService, sumOf } from "./harness/service.ts";
import { startSidecar } from "./harness/sidecars.ts";
import { until } from "./harness/until.ts";
import { registerWebhooks } from "./harness/webhooks.ts";

// every role, with protected metrics, while a volume is made
const protect = ["--protect-metrics"];
const plane = await startControlPlane("metrics");
const { workspace } = plane;
await deployAgents(plane);
await deployProtection(plane);
await createNode(plane, "n1", {});
await plane.api.create("/apis/storage.k8s.io/v1/storageclasses", {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "ssd" },
  provisioner: "topolvm.io",
  parameters: { "topolvm.io/device-class": "ssd" },
  volumeBindingMode: "WaitForFirstConsumer",
});
const node = await startNodeAgent(plane, "n1", "18Gi", protect);
const controller = await startController(plane, "controller", undefined, protect);
const service = await startService(plane, protect);
const [lvmdPort = 0, prometheusPort = 0] = await freePorts(2);
const ofLvmd = {
  "socket-name": workspace.path("alone.sock"),
  "metrics-listen": `127.0.0.1:${lvmdPort}`,
  "node-name": "n2",
  "device-classes": [{ name: "hdd", "volume-group": "vg", default: true }],
  emulated: { folder: workspace.path("alone"), "volume-groups": [{ name: "vg", size: "100Gi" }] },
};
const lvmdFlags = ["lvmd", "--config", workspace.write("alone.yaml", JSON.stringify(ofLvmd))];
const lvmd = startProgram(workspace, "lvmd", process.execPath, [main, ...lvmdFlags]);
await Promise.all([node, controller].map((agent) => agent.ready()));
await registerWebhooks(plane, service, "ssd");
const scheduler = await startScheduler(plane, service);
const sidecar = { csiSocket: controller.csiSocket, kubeconfig: workspace.path("controller.kubeconfig") };
const provisioner = startSidecar(plane, "csi-provisioner", sidecar);

const token = await until("the monitors' token", () => monitorsToken(plane));
const shown = { authorization: { credentials_file: workspace.write("token", token) }, scheme: "https" };
const unsigned = { ...shown, tls_config: { insecure_skip_verify: true } };
const prometheus = await startPrometheus(workspace.folder, prometheusPort, {
  jobs: [
    jobOf("serve", service.port, { ...shown, tls_config: { ca_file: service.caFile } }),
    jobOf("controller", controller.metricsPort, unsigned),
    jobOf("node", node.metricsPort, unsigned),
    jobOf("lvmd", lvmdPort),
  ],
  ruleFiles: [fileURLToPath(new URL("../../deploy/monitoring/rules.yaml", import.meta.url))],
});
after(async () => {
  await Promise.all([prometheus, provisioner, scheduler, lvmd].map((program) => program.stop()));
  await Promise.all([service, controller, node].map((one) => one.stop()));
  await plane.stop();
});
await createClaim(plane, "data", "ssd", "8Gi");
await createPod(plane, "user", ["data"]);
await nodeOf(plane, "user");

const ports = { serve: service.port, controller: controller.metricsPort, node: node.metricsPort };
const ask = (port: number, shown?: string) => {
  const headers: Record<string, string> = shown === undefined ? {} : { authorization: `Bearer ${shown}` };
  return request({ port, path: "/metrics", rejectUnauthorized: false, headers });
};

for (const [role, port] of Object.entries(ports)) {
  test(`the metrics of ${role} are 401 without a token, and with one that the API server does not know`, async () => {
    assert.equal((await ask(port)).status, 401);
    assert.equal((await ask(port, `${token}x`)).status, 401);
  });

  test(`the metrics of ${role} are 403 with the token of an account that may not read them`, async () => {
    const other = await tokenOf(plane, "nativestor-node");
    const { status, text } = await ask(port, other);
    assert.equal(status, 403);
    assert.match(text, /system:serviceaccount:nativestor-system:nativestor-node may not get/);
  });

  test(`the metrics of ${role} are for the account that the chart makes for monitors, and promtool likes them`, async () => {
    const { status, text } = await ask(port, token);
    assert.equal(status, 200);
    assert.equal(await faultsOfMetrics(text), "");
  });
}

test("a real Prometheus reads all roles with that token, without an error", async () => {
  const roles = ["controller", "lvmd", "node", "serve"];
  await until("all are scraped", async () => (await prometheus.query("up == 1")).length === roles.length, 60_000, 200);
  const { activeTargets } = await prometheus.ask<{ activeTargets: { lastError: string }[] }>("targets");
  assert.deepEqual(
    activeTargets.map(({ lastError }) => lastError),
    ["", "", "", ""],
  );
});

test("the steps of the volume are told by those who make them, and the cluster is well", async () => {
  const [ofController, ofNode] = [(await ask(ports.controller, token)).text, (await ask(ports.node, token)).text];
  const count = (text: string, step: string) => sumOf(text, "nativestor_provisioning_step_seconds_count", { step });
  assert.ok(count(ofController, "create-object") >= 1);
  assert.ok(count(ofController, "wait-for-node") >= 1);
  assert.equal(count(ofNode, "lvmd-create"), 1);
  assert.match(ofController, /^topolvm_health_cluster_status\{cluster_name="nativestor"\} 0$/m);
  assert.match(ofNode, /^topolvm_health_node_status\{node_name="n1"\} 0$/m);
});

/** Where nothing is wrong, nothing of these is told: real disks are in `lvm/`. */
const onlyOfRealDisks =
  /thinpool|snapshot_store|raid_sync|volume_ill|kept_certificate|lvm_command|nativestor_reserved_bytes|!=/;

test("every query of the dashboards that can have data here returns some", async () => {
  const all = [...dashboards.values()].flatMap(queriesOf).filter((expr) => !onlyOfRealDisks.test(expr));
  assert.ok(all.length >= 25, `only ${all.length}`);
  for (const expr of all)
    await until(`data for ${expr}`, async () => (await prometheus.query(filled(expr))).length > 0, 30_000, 500);
});

test("every alert is evaluated over what all roles tell without an error, and none fires where all is well", async () => {
  const rules = async () => (await prometheus.ask<Rules>("rules")).groups.flatMap((group) => group.rules);
  const askedMs = Date.now();
  const areNew = async () => (await rules()).every(({ lastEvaluation }) => Date.parse(lastEvaluation) > askedMs);
  await until("all are evaluated over all roles", areNew);
  const all = await rules();
  assert.ok(all.length > 30);
  assert.deepEqual(
    all
      .filter(({ health, state }) => health !== "ok" || state === "firing")
      .map(({ name, lastError }) => [name, lastError]),
    [],
  );
});

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly name: string;
      readonly health: string;
      readonly state: string;
      readonly lastEvaluation: string;
      readonly lastError?: string;
    }[];
  }[];
}

test("no metric has as many values as there may be volumes, pods or claims", async () => {
  const counts = await prometheus.query(
    'count by (__name__, job) ({__name__=~"(topolvm|nativestor)_.+",__name__!~".+_bucket"})',
  );
  assert.ok(counts.length > 40, `${counts.length} metrics`);
  assert.deepEqual(
    counts.filter(({ value }) => Number(value[1]) > 40),
    [],
  );
});

test("no token and no key is in a log, at the level that tells most", async () => {
  const logs = await Promise.all([node, controller, service].map((one) => one.log()));
  const kubeconfigs = ["node-n1", "controller", "service"].map((name) =>
    readFileSync(workspace.path(`${name}.kubeconfig`), "utf8"),
  );
  const tokens = [token, ...kubeconfigs.map((text) => /token: (\S+)/.exec(text)?.[1] ?? assert.fail("no token"))];
  assert.ok(logs.every((log) => log.length > 100));
  // the last part of a token is its signature, and alone of worth
  for (const secret of [...tokens.map((one) => one.split(".").at(-1) ?? one), "PRIVATE KEY"])
    assert.ok(!logs.some((log) => log.includes(secret)));
});
