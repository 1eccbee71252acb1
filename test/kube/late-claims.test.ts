import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Cluster, startCluster } from "./harness/cluster.ts";
import { createClaim, createPod, getPod, nodeOf } from "./harness/objects.ts";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("late-claims", {
    nodes: { a: { ssd: 10 }, b: { ssd: 20 }, c: { ssd: 100 } },
    flags: ["--missing-claims=mark"],
  });
});

after(() => cluster.stop());

test("a pod that was made before its claim is placed by what the claim then asks for", async () => {
  const pod = await createPod(cluster, "early", ["late"]);
  assert.equal(pod.metadata.annotations, undefined);
  const { spec } = (await getPod(cluster, "early")) as { spec: { containers?: { resources?: { limits?: object } }[] } };
  assert.deepEqual(spec.containers?.[0]?.resources?.limits, { "topolvm.io/capacity": "1" });
  await createClaim(cluster, "late", "ssd", "80Gi");
  assert.equal(await nodeOf(cluster, "early"), "c");
});
