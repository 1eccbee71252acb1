import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Cluster, startCluster } from "./harness/cluster.ts";
import { createClaim, createPod, nodeOf, setRoom } from "./harness/objects.ts";
import { until } from "./harness/until.ts";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("restarts", { nodes: { a: { ssd: 10 }, b: { ssd: 100 } } });
});

after(() => cluster.stop());

/** Times `act`, in milliseconds. */
async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

/** Acts while the service does not run, and has it run again whatever came of it. */
async function whileAway(act: () => Promise<unknown>, signal?: NodeJS.Signals): Promise<void> {
  await cluster.service.stop(signal);
  try {
    await act();
  } finally {
    await cluster.service.start();
  }
}

test("while the service is away admission refuses our pods, as failurePolicy says, and lets others pass", async () => {
  await createClaim(cluster, "refused", "ssd", "50Gi");
  await whileAway(async () => {
    await assert.rejects(createPod(cluster, "refused", ["refused"]), /failed calling webhook "pod.webhook.topolvm.io"/);
    await createPod(cluster, "other", []);
    assert.match(await nodeOf(cluster, "other"), /^[ab]$/);
  });
});

test("a claim is accepted while the service is away: its webhook only gives advice", async () => {
  await whileAway(() => createClaim(cluster, "unadvised", "ssd", "900Gi"));
});

test("a pod whose turn comes while the service is killed is placed right once it is back", async () => {
  await createClaim(cluster, "interrupted", "ssd", "50Gi");
  await createPod(cluster, "interrupted", ["interrupted"], { schedulingGates: [{ name: "test/wait" }] });
  await whileAway(async () => {
    await cluster.api.patch("/api/v1/namespaces/default/pods/interrupted", { spec: { schedulingGates: null } });
    await until("the scheduler misses the service", async () => {
      const lines = (await cluster.scheduler.log()).split("\n");
      return lines.some((line) => line.includes("default/interrupted") && line.includes("connection refused"));
    });
  }, "SIGKILL");
  assert.equal(await nodeOf(cluster, "interrupted"), "b");
});

test("the API server is restarted: the service stays, and its view is right again within seconds", async () => {
  await cluster.killApiServer();
  await cluster.startApiServer();
  await setRoom(cluster, "a", { ssd: 300 });
  const recovered = await timed(async () => {
    await createClaim(cluster, "after", "ssd", "200Gi");
    await until("admission works", async () => createPod(cluster, "after", ["after"]));
    assert.equal(await nodeOf(cluster, "after"), "a");
  });
  assert.ok(recovered < 15_000, `took ${recovered} ms`);
  assert.equal(await cluster.service.readiness(), 200);
});

test("what changed while the service was away is what it decides from when it is back", async () => {
  await whileAway(async () => {
    await setRoom(cluster, "a", { ssd: 5 });
    await setRoom(cluster, "b", { ssd: 400 });
  });
  await createClaim(cluster, "moved", "ssd", "250Gi");
  await createPod(cluster, "moved", ["moved"]);
  assert.equal(await nodeOf(cluster, "moved"), "b");
});
