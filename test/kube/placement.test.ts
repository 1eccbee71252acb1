import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Cluster, startCluster } from "./harness/cluster.ts";
import {
  capacityAnnotation,
  claimSpec,
  createClaim,
  createPod,
  getPod,
  nodeOf,
  podManifest,
  selectedNode,
} from "./harness/objects.ts";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("placement", {
    nodes: {
      small: { ssd: 10 },
      disks: { ssd: 10, hdd: 500 },
      large: { ssd: 200, hdd: 10 },
      both: { ssd: 100, hdd: 100 },
    },
  });
});

after(() => cluster.stop());

interface Marked {
  readonly spec: { containers: { resources: { limits?: object; requests?: object } }[] };
}

/** What admission put on a pod. */
async function admitted(name: string) {
  const { metadata, spec } = (await getPod(cluster, name)) as Awaited<ReturnType<typeof getPod>> & Marked;
  return { annotations: metadata.annotations, resources: spec.containers[0]?.resources };
}

const gibibytes = (count: number) => String(count * 2 ** 30);
const marker = { "topolvm.io/capacity": "1" };

test("a StatefulSet's pods are annotated and marked, and each gets a node that has the room", async () => {
  await cluster.api.create("/apis/apps/v1/namespaces/default/statefulsets", {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db" },
    spec: {
      serviceName: "db",
      replicas: 1,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: { app: "db" } },
      template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "main", image: "none" }] } },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claimSpec("ssd", "150Gi") }],
    },
  });
  assert.equal(await nodeOf(cluster, "db-0"), "large");
  assert.equal(await selectedNode(cluster, "data-db-0"), "large");
  assert.deepEqual(await admitted("db-0"), {
    annotations: { [capacityAnnotation("ssd")]: gibibytes(150) },
    resources: { requests: marker, limits: marker },
  });
});

test("a pod with volumes of two classes gets the node that has room for both", async () => {
  await createClaim(cluster, "fast", "ssd", "50Gi");
  await createClaim(cluster, "deep", "hdd", "50Gi");
  await createPod(cluster, "two-classes", ["fast", "deep"]);
  assert.equal(await nodeOf(cluster, "two-classes"), "both");
  assert.deepEqual((await admitted("two-classes")).annotations, {
    [capacityAnnotation("ssd")]: gibibytes(50),
    [capacityAnnotation("hdd")]: gibibytes(50),
  });
});

test("a generic ephemeral volume is placed as a claim is", async () => {
  const volumeClaimTemplate = { spec: claimSpec("hdd", "400Gi") };
  await createPod(cluster, "scratch", [], { volumes: [{ name: "tmp", ephemeral: { volumeClaimTemplate } }] });
  assert.equal(await nodeOf(cluster, "scratch"), "disks");
  assert.equal(await selectedNode(cluster, "scratch-tmp"), "disks");
  assert.deepEqual((await admitted("scratch")).annotations, { [capacityAnnotation("hdd")]: gibibytes(400) });
});

test("among the nodes that fit, the one with the most room is preferred", async () => {
  await createClaim(cluster, "little", "hdd", "1Gi");
  await createPod(cluster, "little", ["little"]);
  assert.equal(await nodeOf(cluster, "little"), "disks");
});

// before any pod that waits: such a one is asked about whenever anything happens
test("a pod without volumes of ours costs no call to the extender", async () => {
  const calls = () => cluster.service.metric("nativestor_extender_answers_total");
  const earlier = await calls();
  await createPod(cluster, "plain", []);
  await nodeOf(cluster, "plain");
  assert.ok(earlier > 0);
  assert.equal(await calls(), earlier);
  assert.equal((await admitted("plain")).annotations, undefined);
});

test("kubectl apply prints a warning for a pod that no node can hold now", async () => {
  await createClaim(cluster, "huge", "ssd", "900Gi");
  const manifest = JSON.stringify(podManifest("huge", ["huge"]));
  const { status, stderr } = await cluster.kubectl(["apply", "-f", "-"], manifest);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^Warning: no node has room for the pod's volumes now: .*asked 900Gi, at most 200Gi free/m);
});

test("kubectl apply prints a warning for a claim that is larger than any node", async () => {
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "vast" },
    spec: claimSpec("hdd", "900Gi"),
  };
  const { status, stderr } = await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(claim));
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^Warning: .*900Gi/m);
});
