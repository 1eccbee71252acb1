import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { KubeObject } from "./harness/api.ts";
import {
  countPlaced,
  createDemandingClaim,
  createDemandingPod,
  createDemandingSet,
  namesOf,
  selectedNodes,
} from "./harness/burst.ts";
import { type Crowd, type CrowdOptions, startCrowd } from "./harness/crowd.ts";
import { each } from "./harness/each.ts";
import { removePod } from "./harness/objects.ts";
import { until } from "./harness/until.ts";

const limitMs = 90_000;

interface Claim extends KubeObject {
  readonly spec: { readonly volumeName?: string };
  readonly status: { readonly phase: string; readonly capacity?: { readonly storage: string } };
}

async function start(t: TestContext, purpose: string, count: number, gib: CrowdOptions["nodes"][string]) {
  const nodes = Object.fromEntries(namesOf("node", count).map((name) => [name, gib]));
  const crowd = await startCrowd(purpose, { nodes, perSecond: 500 });
  t.after(() => crowd.stop());
  return crowd;
}

function claims({ plane }: Crowd): Promise<Claim[]> {
  return plane.api.list<Claim>("/api/v1/namespaces/default/persistentvolumeclaims");
}

async function allBound(crowd: Crowd, count: number): Promise<void> {
  const isBound = ({ status }: Claim) => status.phase === "Bound";
  await until("all claims are bound", async () => (await claims(crowd)).filter(isBound).length === count, limitMs, 250);
  assert.deepEqual(await crowd.failures(), []);
}

async function allPlaced({ plane }: Crowd, count: number): Promise<void> {
  await until("all pods are placed", async () => (await countPlaced(plane)) === count, limitMs, 250);
}

test("pods that need two classes on one node, in a burst with pods that need one of them", async (t) => {
  const crowd = await start(t, "burst-classes", 60, { ssd: 3, hdd: 3 });
  const { plane } = crowd;
  const kinds = { both: ["ssd", "hdd"], fast: ["ssd"], slow: ["hdd"] };
  const pods = Object.entries(kinds).flatMap(([kind, classes]) => namesOf(kind, 20).map((name) => ({ name, classes })));
  await each(pods, 16, ({ name, classes }) => createDemandingPod(plane, name, { classes }));
  await allPlaced(crowd, 60);
  await allBound(crowd, 80);
  const nodes = await selectedNodes(plane);
  for (const name of namesOf("both", 20)) assert.equal(nodes.get(name), nodes.get(`${name}-hdd`));
});

test("the pods of a StatefulSet, made at once, fill the nodes; what is scaled down and up again finds its volumes", async (t) => {
  const crowd = await start(t, "burst-set", 30, { ssd: 3 });
  const { plane } = crowd;
  const path = "/apis/apps/v1/namespaces/default/statefulsets/db";
  await createDemandingSet(plane, "db", 30);
  await allPlaced(crowd, 30);
  await allBound(crowd, 30);
  await plane.api.patch(path, { spec: { replicas: 10 } });
  // no kubelet confirms the end of a pod
  const gone = namesOf("db", 30).slice(10);
  await until("they are to end", async () => {
    await Promise.all(gone.map((name) => removePod(plane, name).catch(() => undefined)));
    return (await countPlaced(plane)) === 10;
  });
  await plane.api.patch(path, { spec: { replicas: 30 } });
  await allPlaced(crowd, 30);
  assert.deepEqual(await crowd.failures(), []);
});

test("claims that wait for no pod and a burst of pods share the nodes, each of which has room for one of either", async (t) => {
  const crowd = await start(t, "burst-immediate", 60, { ssd: 3 });
  const { plane } = crowd;
  await Promise.all([
    each(namesOf("immediate", 20), 8, (name) => createDemandingClaim(plane, name, "ssd-immediate")),
    each(namesOf("pod", 40), 8, (name) => createDemandingPod(plane, name)),
  ]);
  await allPlaced(crowd, 40);
  await allBound(crowd, 60);
});

test("volumes that grow and pods that come at the same moment get the room once", async (t) => {
  const crowd = await start(t, "burst-growth", 20, { ssd: 6 });
  const { plane } = crowd;
  const old = namesOf("old", 20);
  // one on each node, whatever the scheduler likes
  await each(old, 8, (name) =>
    createDemandingPod(plane, name, {
      spec: { nodeSelector: { "kubernetes.io/hostname": name.replace("old", "node") } },
    }),
  );
  await allBound(crowd, 20);
  const grow = (name: string) =>
    plane.api.patch(`/api/v1/namespaces/default/persistentvolumeclaims/${name}`, {
      spec: { resources: { requests: { storage: "6Gi" } } },
    });
  await Promise.all([each(old, 8, grow), each(namesOf("new", 20), 8, (name) => createDemandingPod(plane, name))]);
  const grown = async () => {
    const volumes = await plane.api.list<KubeObject & { spec: { capacity: { storage: string } } }>(
      "/api/v1/persistentvolumes",
    );
    return volumes.filter(({ spec }) => spec.capacity.storage === "6Gi").length;
  };
  await until(
    "every place is taken by a pod or a growth",
    async () => (await countPlaced(plane)) - 20 + (await grown()) === 20,
    limitMs,
    250,
  );
  assert.deepEqual(await crowd.failures(), []);
  t.diagnostic(`${await grown()} volumes grew`);
});
