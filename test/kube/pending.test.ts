import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Cluster, startCluster } from "./harness/cluster.ts";
import {
  type ClusterEvent,
  createClaim,
  createPod,
  eventsOf,
  getPod,
  nodeOf,
  removePod,
  setRoom,
} from "./harness/objects.ts";
import { until } from "./harness/until.ts";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("pending", {
    nodes: { a: { ssd: 10 }, b: { ssd: 20 }, c: { ssd: 42 }, d: { hdd: 500 } },
  });
});

after(() => cluster.stop());

/** The scheduler's complaints about a pod, once there are some. */
function complaints(pod: string): Promise<ClusterEvent[]> {
  return until(`the scheduler complains about ${pod}`, async () => {
    const events = (await eventsOf(cluster, pod)).filter(({ reason }) => reason === "FailedScheduling");
    return events.length > 0 && events;
  });
}

async function createPendingPod(name: string, size: string, spec?: object): Promise<ClusterEvent[]> {
  await createClaim(cluster, name, "ssd", size);
  await createPod(cluster, name, [name], spec);
  return complaints(name);
}

test("kubectl describe shows why a pod waits: one reason with figures for all nodes of a kind", async () => {
  await createPendingPod("described", "100Gi");
  const { stdout } = await cluster.kubectl(["describe", "pod", "described"]);
  assert.match(stdout, /^Status:\s+Pending$/m);
  assert.match(
    stdout,
    /FailedScheduling .*0\/4 nodes are available: 1 no capacity annotation \(ssd\), 3 out of VG free space \(ssd: asked 100Gi, at most 42Gi free on one node\)\./,
  );
  await removePod(cluster, "described");
});

test("no pod of lower priority is evicted for one that lacks room", async () => {
  await cluster.api.create("/apis/scheduling.k8s.io/v1/priorityclasses", {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: "high" },
    value: 1_000_000,
  });
  for (const name of ["a", "b", "c"]) await createPod(cluster, `low-${name}`, [], { nodeName: name });
  const events = await createPendingPod("urgent", "100Gi", { priorityClassName: "high" });
  assert.match(String(events[0]?.message), /preemption: 0\/4 nodes are available: 4 Preemption is not helpful/);
  const { status } = await getPod(cluster, "urgent");
  assert.equal(status?.nominatedNodeName, undefined);
  const all = await cluster.api.list<ClusterEvent>("/api/v1/namespaces/default/events");
  assert.deepEqual(
    all.filter(({ reason }) => reason === "Preempted"),
    [],
  );
  for (const name of ["a", "b", "c"]) assert.equal((await getPod(cluster, `low-${name}`)).metadata.name, `low-${name}`);
  await removePod(cluster, "urgent");
});

// the scheduler and we learn of the new room at the same time, over two watches: it takes many tries to see who is first
test("a pod that waits is placed as soon as a node's room grows, every time", async () => {
  for (let round = 0; round < 10; round += 1) {
    const name = `grown-${round}`;
    await createPendingPod(name, "100Gi");
    await setRoom(cluster, "b", { ssd: 200 });
    assert.equal(await nodeOf(cluster, name, 10_000), "b");
    await setRoom(cluster, "b", { ssd: 20 });
    await removePod(cluster, name);
  }
});

test("many pods that wait are all placed as soon as a node's room grows", async () => {
  const names = Array.from({ length: 15 }, (_, at) => `crowd-${at}`);
  for (const name of names) await createPendingPod(name, "60Gi");
  await setRoom(cluster, "c", { ssd: 2_000 });
  const nodes = await Promise.all(names.map((name) => nodeOf(cluster, name, 20_000)));
  assert.deepEqual([...new Set(nodes)], ["c"]);
});
