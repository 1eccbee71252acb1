import assert from "node:assert/strict";
import { after, test } from "node:test";
import { followExample } from "../e2e/first-volume.ts";
import { slowly } from "../e2e/harness/slowly.ts";
import type { KubeObject } from "../kube/harness/api.ts";
import { chart, namespace, startHelm } from "../kube/harness/helm.ts";
import { request } from "../support/https-client.ts";
import { serviceAddress, startEmptyCluster } from "./harness/cluster.ts";
import { installAsTold } from "./harness/install.ts";
import { claimingPod } from "./harness/pods.ts";
import { rolledOut } from "./harness/roll-out.ts";
import { values } from "./harness/values.ts";

const cluster = await startEmptyCluster(values);
after(() => cluster.stop());
const { api } = cluster;

async function helm(args: readonly string[], given: object = values): Promise<void> {
  const where = [`--kubeconfig=${cluster.workspace.path("admin.kubeconfig")}`, `--namespace=${namespace}`];
  const input = args.includes("--values=-") ? JSON.stringify(given) : "";
  const { status, stdout, stderr } = await startHelm("helm", [...args, ...where], input);
  assert.equal(status, 0, stdout + stderr);
}

test("what the README tells to install is typed: all of it runs, and a first pod with a claim", async (t) => {
  const { typed, steps } = await installAsTold(cluster);
  for (const { command, seconds } of typed) t.diagnostic(`${seconds.toFixed(1)} s: ${command}`);
  for (const { what, seconds } of steps) t.diagnostic(`${seconds.toFixed(1)} s after its start: ${what}`);
  const kinds = typed.map(({ command }) => command.split(" ", 2).join(" "));
  assert.deepEqual(kinds, ["kubectl create", "kubectl label", "helm install", "helm test"]);
  const { metadata } = await api.get("/api/v1/namespaces/default/pods/exact");
  assert.equal(metadata.annotations?.["capacity.topolvm.io/00default"], String(2 ** 30));
});

test("the scheduler that has placed it showed the chart's certificate: nobody is answered without one", async () => {
  const ask = {
    host: serviceAddress,
    port: 443,
    method: "POST",
    path: "/filter",
    body: "{}",
    rejectUnauthorized: false,
  };
  assert.equal((await request({ ...ask, headers: { "content-type": "application/json" } })).status, 403);
});

test("the first volume, as examples/first-volume/README.md tells it", (t) => followExample(cluster, t));

test("helm upgrade exchanges every part in the middle of a burst: nothing is lost, and nothing promised twice", async () => {
  const names = [1, 2, 3, 4, 5, 6].map((number) => `burst-${number}`);
  const make = (...some: string[]) =>
    Promise.all(
      // there is room for four, and no creation may be refused
      some.map((name) => api.create("/api/v1/namespaces/default/pods", claimingPod(name, "2Gi", "sleep 1000000"))),
    );
  const [first = "", second = "", third = "", fourth = "", ...others] = names;
  const rolled = await rolledOut(api);
  const upgraded = helm(["upgrade", "nativestor", chart, "--values=-", "--wait", "--timeout=6m"], {
    ...values,
    serve: { ...values.serve, config: { strategies: { ssd: "best-fit" } } },
    controller: { ...values.controller, config: { "orphan-grace": "48h" } },
    node: { config: { "orphan-grace": "48h" } },
    scheduling: { secondScheduler: { ...values.scheduling.secondScheduler, qps: 100 } },
  });
  await Promise.all([make(first, second), rolled("nativestor").then(() => make(third, fourth))]);
  await rolled("nativestor-scheduler");
  await make(...others);
  await upgraded;
  assert.equal((await inPod("cat /data/word")).stdout, "kept\n");
  const running = await slowly("four of them run", async () => {
    const some = (await pods()).filter(({ status }) => status?.["phase"] === "Running");
    return some.length >= 4 && some;
  });
  const waiting = (await pods()).filter((pod) => !running.some(({ metadata }) => metadata.name === pod.metadata.name));
  assert.equal(running.length, 4);
  for (const { spec, status } of waiting) {
    assert.equal(spec?.["nodeName"], undefined);
    // ours, or the scheduler's own, which in this mode sees the room as well
    assert.match(JSON.stringify(status), /out of VG free space|did not have enough free storage/);
  }
  assert.deepEqual(await failures(), []);
  assert.equal((await volumes()).length, 5);
});

test("helm uninstall leaves volumes and data, and a new install goes on with them", async () => {
  await helm(["uninstall", "nativestor", "--wait", "--timeout=4m"]);
  assert.equal((await inPod("cat /data/word")).stdout, "kept\n");
  assert.equal((await volumes()).length, 5);
  await helm(["install", "nativestor", chart, "--values=-"]);
  const { status, stderr } = await cluster.kubectl(["delete", "pod", "--all", "--wait=false"]);
  assert.equal(status, 0, stderr);
  await slowly("no pod is left", async () => (await api.list("/api/v1/namespaces/default/pods")).length === 0);
  await slowly("their volumes are off the disk", async () => (await volumes()).length === 0);
});

const inPod = (script: string) => cluster.kubectl(["exec", "exact", "--", "sh", "-c", script]);

const volumes = async () =>
  (await cluster.sh("lvs --noheadings -o lv_name nativestor")).split("\n").filter((line) => line.trim() !== "");

const pods = async () =>
  (await api.list("/api/v1/namespaces/default/pods")).filter(({ metadata }) => metadata.name.startsWith("burst-"));

interface Event extends KubeObject {
  readonly reason?: string;
  readonly message?: string;
}

// a call that the exchange of the controller cuts off is made again; whatever else fails is a promise that was not kept
const passing = /code = (Unavailable|Canceled|DeadlineExceeded|Aborted)/;

const failures = async () =>
  (await api.list<Event>("/api/v1/namespaces/default/events"))
    .filter(({ reason, message = "" }) => reason === "ProvisioningFailed" && !passing.test(message))
    .map(({ message }) => message);
