import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Cluster, startCluster } from "./harness/cluster.ts";
import { createClaim, createPod, nodeOf } from "./harness/objects.ts";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("second-scheduler", {
    nodes: { a: { ssd: 10 }, b: { ssd: 20 }, c: { ssd: 100 } },
    scheduler: { which: "second" },
  });
});

after(() => cluster.stop());

test("a pod that names the second scheduler is given the node that has the room", async () => {
  await createClaim(cluster, "data", "ssd", "80Gi");
  await createPod(cluster, "pod", ["data"], { schedulerName: "nativestor-scheduler" });
  assert.equal(await nodeOf(cluster, "pod"), "c");
});
