import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { freePorts } from "../kube/harness/ports.ts";
import { until } from "../kube/harness/until.ts";
import { jobOf, type Prometheus, startPrometheus } from "./prometheus.ts";
import { dashboards, filled, metricsIn, queriesOf } from "./queries.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const programs: ChildProcess[] = [];
let folder: string;
let prometheus: Prometheus;

function start(command: string, args: readonly string[]): void {
  programs.push(spawn(command, args, { cwd: folder, stdio: "ignore" }));
}

const query = (expr: string) => prometheus.query(expr);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "nativestor-scrape-"));
  const [lvmd = 0, serve = 0, free = 0] = await freePorts(3);
  const main = join(root, "src/main.ts");
  const lvmdConfig = {
    "socket-name": join(folder, "lvmd.sock"),
    "metrics-listen": `127.0.0.1:${lvmd}`,
    "node-name": "n1",
    "device-classes": [{ name: "ssd", "volume-group": "vg", default: true, "spare-gb": 10 }],
    emulated: { folder: join(folder, "emulated"), "volume-groups": [{ name: "vg", size: "100Gi" }] },
  };
  await writeFile(join(folder, "lvmd.yaml"), stringify(lvmdConfig));
  start(process.execPath, [main, "lvmd", "--config", join(folder, "lvmd.yaml")]);
  const manifests = join(root, "examples/quickstart");
  start(process.execPath, [main, "serve", "--manifests", manifests, "--emulate", "--listen", `127.0.0.1:${serve}`]);
  const secure = { scheme: "https", tls_config: { insecure_skip_verify: true } };
  prometheus = await startPrometheus(folder, free, {
    jobs: [jobOf("lvmd", lvmd), jobOf("serve", serve, secure)],
    ruleFiles: [join(root, "deploy/monitoring/rules.yaml")],
  });
  await until("both roles are scraped", async () => (await query("up == 1")).length === 2, 50_000, 200);
});

after(async () => {
  await prometheus.stop();
  for (const program of programs) {
    program.kill("SIGTERM");
    if (program.exitCode === null && program.signalCode === null) await once(program, "exit");
  }
  await rm(folder, { recursive: true, force: true });
});

test("a real Prometheus reads what the roles tell, without an error", async () => {
  const { activeTargets } = await prometheus.ask<{ activeTargets: { lastError: string }[] }>("targets");
  assert.deepEqual(
    activeTargets.map(({ lastError }) => lastError),
    ["", ""],
  );
});

test("the figures of a volume group are the real ones", async () => {
  const size = await query('topolvm_volumegroup_size_bytes{node="n1",device_class="ssd"}');
  assert.deepEqual(
    size.map(({ value }) => value[1]),
    [String(100 * 2 ** 30)],
  );
  const free = await query("topolvm_volumegroup_available_bytes");
  assert.deepEqual(
    free.map(({ value }) => value[1]),
    [String(90 * 2 ** 30)],
  );
});

test("every alert is evaluated without an error, and none fires where all is well", async () => {
  interface Rule {
    readonly name: string;
    readonly health: string;
    readonly state: string;
  }
  const rules = async () =>
    (await prometheus.ask<{ groups: { rules: Rule[] }[] }>("rules")).groups.flatMap((group) => group.rules);
  await until("all have been evaluated", async () => (await rules()).every(({ health }) => health !== "unknown"));
  const all = await rules();
  assert.ok(all.length >= 30);
  assert.deepEqual(
    all.filter(({ health, state }) => health !== "ok" || state === "firing").map(({ name }) => name),
    [],
  );
});

test("the service's view, answers and process are told", async () => {
  for (const name of [
    "nativestor_view_age_seconds",
    "nativestor_webhook_answers_total",
    "nativestor_certificate_expiry_timestamp_seconds",
    "process_resident_memory_bytes",
  ])
    assert.ok((await query(`${name}{job="serve"}`)).length > 0, name);
});

test("every query of the dashboards whose metrics are told returns data", async () => {
  const told = new Set((await query('count by (__name__) ({job=~".+"})')).map(({ metric }) => metric.__name__ ?? ""));
  const all = [...dashboards.values()].flatMap(queriesOf);
  // where only what went wrong is asked for, nothing is a good answer
  const answerable = all.filter((expr) => !expr.includes("!=") && metricsIn(expr).every((name) => told.has(name)));
  assert.ok(answerable.length >= 15, `only ${answerable.length} of ${all.length}`);
  for (const expr of answerable)
    await until(`data for ${expr}`, async () => (await query(filled(expr))).length > 0, 10_000, 200);
});
