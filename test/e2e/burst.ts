import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { KubeObject } from "../kube/harness/api.ts";
import { until } from "../kube/harness/until.ts";
import type { RealCluster } from "./harness/cluster.ts";
import { slowly } from "./harness/slowly.ts";
import { openSpace, type Pod } from "./harness/space.ts";

const extentMebibytes = 4;
const pods = 30;
/** File systems are made and containers started on guests, which takes them minutes on a slow machine. */
const limitMs = 400_000;

/** A burst that takes all the room that there is. */
export function burstTests(cluster: RealCluster): void {
  describe("a burst", () => {
    test("thirty pods at once fill the volume groups of all nodes to the last extent: each runs, and no volume fails", async () => {
      const space = await openSpace(cluster, "burst");
      const free = await freeExtents(cluster);
      const podsPerNode = pods / free.size;
      const size = Math.min(...[...free.values()].map((extents) => Math.floor(extents / podsPerNode)));
      // so that what is left on each node is a multiple of what a pod asks for
      for (const [node, extents] of free) {
        const rest = extents - size * podsPerNode;
        if (rest === 0) continue;
        const name = `filler-${node}`;
        await space.createClaim(name, { storageClass: "ssd", size: sizeOf(rest), volumeMode: "Block" });
        const spec = { nodeSelector: { "kubernetes.io/hostname": node } };
        await space.createPod(name, { claims: { "/dev/rest": name }, spec });
        await space.running(name);
      }
      await slowly("what is left is a multiple", async () => {
        const left = [...(await freeExtents(cluster)).values()];
        return left.every((extents) => extents === size * podsPerNode);
      });

      const names = Array.from({ length: pods }, (_, at) => `pod-${at}`);
      await Promise.all(names.map((name) => space.createClaim(name, { storageClass: "ssd", size: sizeOf(size) })));
      await Promise.all(names.map((name) => space.createPod(name, { claims: { "/data": name } })));
      await until("all pods run", () => allRun(cluster, space.name, names.length), limitMs, 1_000);
      for (const node of cluster.nodes)
        assert.equal((await node.sh("vgs --noheadings -o vg_free_count ssd")).trim(), "0");
      assert.deepEqual(await failures(cluster, space.name), []);
      await space.end();
    });
  });
}

function sizeOf(extents: number): string {
  return `${extents * extentMebibytes}Mi`;
}

async function freeExtents({ api, nodes }: RealCluster): Promise<Map<string, number>> {
  const free = new Map<string, number>();
  for (const { name } of nodes) {
    const { metadata } = await api.get(`/api/v1/nodes/${name}`);
    free.set(name, Number(metadata.annotations?.["capacity.topolvm.io/ssd"]) / (extentMebibytes * 2 ** 20));
  }
  return free;
}

async function allRun({ api }: RealCluster, namespace: string, count: number): Promise<boolean> {
  const pods = await api.list<Pod>(`/api/v1/namespaces/${namespace}/pods`);
  const running = pods.filter(
    ({ metadata, status }) => metadata.name.startsWith("pod-") && status.containerStatuses?.[0]?.ready === true,
  );
  return running.length === count;
}

async function failures({ api }: RealCluster, namespace: string): Promise<string[]> {
  const events = await api.list<KubeObject & { readonly reason: string; readonly message?: string }>(
    `/api/v1/namespaces/${namespace}/events`,
  );
  return events
    .filter(({ reason }) => reason === "ProvisioningFailed")
    .map(({ reason, message }) => `${reason}: ${message}`);
}
