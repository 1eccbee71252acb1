// Started in namespaces of its own. Boots a whole cluster, makes pods with a claim each, one after the other, and prints what
// happened to each as JSON.
import { globSync, readFileSync } from "node:fs";
import { startRealCluster } from "../../e2e/harness/cluster.ts";
import { placeOf } from "../../e2e/harness/network.ts";
import { openSpace } from "../../e2e/harness/space.ts";
import { sumOf } from "../../kube/harness/service.ts";
import { type Moments, follow } from "./follow.ts";
import type { PodTimes } from "./first-pod.ts";

/** Those on whose nodes a container starts for the first time are left out: what they read comes from no cache. */
const first = 3;
const counted = Number(process.argv[2]);

/** Steps of the nodes that wait for blkid, mkfs, mknod and mount. */
const programSteps = ["device", "inspect", "format", "check", "mount"] as const;

const cluster = await startRealCluster();
const { api, service, workspace } = cluster;
const space = await openSpace(cluster, "first-pod");
const endpoint = {
  host: "127.0.0.1",
  port: cluster.port,
  ca: readFileSync(cluster.caFile),
  headers: { authorization: `Bearer ${cluster.adminToken}` },
};
const moments: Moments = new Map();
const own = `/api/v1/namespaces/${space.name}`;
const selectedNode = "volume.kubernetes.io/selected-node";
await follow(
  { ...endpoint, path: `${own}/persistentvolumeclaims` },
  { selected: ({ metadata }) => metadata.annotations?.[selectedNode] },
  moments,
);
await follow(
  { ...endpoint, path: `${own}/pods` },
  {
    placed: ({ spec }) => spec?.["nodeName"],
    running: ({ status }) => (status?.["containerStatuses"] as { ready: boolean }[] | undefined)?.[0]?.ready,
  },
  moments,
);

const pods: PodTimes[] = [];
for (let at = 0; at < first + counted; at += 1) pods.push(await timesOf(`pod-${at}`));
// the cluster ends with this process
process.stdout.write(JSON.stringify(pods.slice(first)), () => process.exit(0));

async function timesOf(name: string): Promise<PodTimes> {
  const before = await served();
  const [start, startDate] = [performance.now(), Date.now()];
  const claim = await space.createClaim(name, { storageClass: "ext4", size: "256Mi" });
  await space.createPod(name, { claims: { "/data": name } });
  const made = performance.now() - start;
  await space.running(name);
  const after = await served();
  const since = (what: string) => (moments.get(`${what} ${name}`) ?? Number.NaN) - start;
  const volume = `pvc-${claim.metadata.uid}`;
  const { metadata } = await api.get(`/apis/topolvm.io/v1/logicalvolumes/${volume}`);
  const created = callOf("controller-*.log", "CreateVolume", { name: volume });
  const published = callOf("n*/agent.log", "NodePublishVolume", { volumeId: metadata.uid });
  return {
    webhooks: after.webhooks - before.webhooks,
    extender: after.extender - before.extender,
    made,
    selected: since("selected"),
    placed: since("placed"),
    createVolume: created.tookMs,
    lvmd: after.lvmd - before.lvmd,
    publish: published.tookMs,
    programs: after.programs - before.programs,
    // a guest takes its time from this machine's clock
    published: Date.parse(published.time) - startDate,
    running: since("running"),
  };
}

/** Milliseconds for which our service has worked on answers, and for which the nodes waited for LVM and for other programs. */
async function served() {
  const milliseconds = async (name: string) => 1000 * (await service.metric(`nativestor_${name}_duration_seconds_sum`));
  const texts = await Promise.all(cluster.nodes.map((_, index) => metricsOf(placeOf(index + 1).address)));
  const stepMs = (step: string) =>
    texts.reduce((sum, text) => sum + 1000 * sumOf(text, "nativestor_provisioning_step_seconds_sum", { step }), 0);
  return {
    webhooks: await milliseconds("webhook"),
    extender: await milliseconds("extender"),
    lvmd: stepMs("lvmd-create"),
    programs: programSteps.reduce((sum, step) => sum + stepMs(step), 0),
  };
}

interface Call {
  readonly time: string;
  readonly tookMs: number;
}

/** The line that a role of ours wrote about a call of CSI that succeeded. */
function callOf(logs: string, method: string, subject: Readonly<Record<string, string | undefined>>): Call {
  const lines = globSync(logs, { cwd: workspace.folder }).flatMap((log) =>
    readFileSync(workspace.path(log), "utf8").split("\n"),
  );
  const wanted = Object.entries({ method, code: "OK", ...subject }).map(([key, value]) => `"${key}":"${value}"`);
  const found = lines.find((line) => wanted.every((text) => line.includes(text)));
  if (found === undefined) throw new Error(`no line in ${logs} about ${wanted.join(", ")}`);
  return JSON.parse(found) as Call;
}

/** What the agent at this address tells Prometheus. */
async function metricsOf(address: string): Promise<string> {
  return (await fetch(`http://${address}:9808/metrics`)).text();
}
