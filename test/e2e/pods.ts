import assert from "node:assert/strict";
import { test } from "node:test";
import type { RealCluster } from "./harness/cluster.ts";
import { openSpace } from "./harness/space.ts";
import { storageClass } from "./harness/storage-classes.ts";
import { goneFromDisk, placed } from "./harness/volumes.ts";

/** kubelet's figures of a volume. */
interface VolumeStats {
  readonly pvcRef?: { readonly name: string; readonly namespace: string };
  readonly capacityBytes?: number;
  readonly usedBytes?: number;
  readonly availableBytes?: number;
  readonly inodes?: number;
  readonly inodesFree?: number;
}

/** How pods use volumes. */
export function podTests(cluster: RealCluster): void {
  test("a generic ephemeral volume comes with its pod and goes with it, off the disk too", async () => {
    const space = await openSpace(cluster, "ephemeral");
    const spec = {
      storageClassName: "ssd",
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "256Mi" } },
    };
    const volume = { name: "scratch", ephemeral: { volumeClaimTemplate: { spec } } };
    await space.createPod("worker", { volumes: [{ path: "/scratch", volume }] });
    await space.running("worker");
    await space.exec("worker", "echo x > /scratch/f && sync");
    const where = await placed(cluster, space, "worker-scratch");
    await space.removePod("worker");
    await goneFromDisk(where);
    assert.deepEqual(await cluster.api.list("/api/v1/namespaces/ephemeral/persistentvolumeclaims"), []);
    await space.end();
  });

  test("a second pod for a ReadWriteOncePod claim waits for the end of the first", async () => {
    const space = await openSpace(cluster, "once");
    await space.createClaim("data", { storageClass: "ssd", size: "256Mi", accessMode: "ReadWriteOncePod" });
    await space.createPod("first", { claims: { "/data": "data" } });
    await space.running("first");
    await space.createPod("second", { claims: { "/data": "data" } });
    await space.event("second", /FailedScheduling: .*ReadWriteOncePod/);
    assert.equal((await space.pod("second")).status.phase, "Pending");
    await space.removePod("first");
    await space.running("second");
    await space.end();
  });

  test("several device classes in one pod: each volume is in its own group, no class means the default one", async () => {
    const space = await openSpace(cluster, "classes");
    for (const name of ["default", "hdd", "thin"] as const)
      await space.createClaim(name, { storageClass: name, size: "256Mi" });
    await space.createPod("all", { claims: { "/default": "default", "/hdd": "hdd", "/thin": "thin" } });
    await space.running("all");
    for (const [name, group] of [
      ["default", "ssd"],
      ["hdd", "hdd"],
      ["thin", "thin"],
    ] as const) {
      const { id, node } = await placed(cluster, space, name);
      assert.equal((await node.sh(`lvs --noheadings -o vg_name --select lv_name=${id}`)).trim(), group);
    }
    await space.end();
  });

  test("a device class that no node has is told as soon as somebody asks for it", async () => {
    const space = await openSpace(cluster, "unknown");
    const manifest = JSON.stringify(storageClass("unknown", { deviceClass: "nvme" }));
    const { stderr, status } = await cluster.kubectl(["apply", "-f", "-"], manifest);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /Warning: .*nvme/);
    await space.createClaim("data", { storageClass: "unknown" as "ssd", size: "1Gi" });
    await space.createPod("waiting", { claims: { "/data": "data" } });
    await space.event("waiting", /FailedScheduling/);
    await space.end();
  });

  test("kubelet's figures of a volume are those of df", async () => {
    const space = await openSpace(cluster, "stats");
    await space.createClaim("data", { storageClass: "ssd", size: "512Mi" });
    await space.createPod("writer", { claims: { "/data": "data" } });
    const { spec } = await space.running("writer");
    await space.exec("writer", "head -c 50000000 /dev/zero > /data/content && sync");
    const [, total, used, free] = (await space.exec("writer", "df -Pk /data | awk 'NR==2'")).trim().split(/\s+/);
    await space.eventually("kubelet's figures are those of df", "writer", async () => {
      const seen = await statsOf(cluster, spec.nodeName ?? "", "stats");
      const figures = [seen?.capacityBytes, seen?.usedBytes, seen?.availableBytes];
      return String(figures) === String([total, used, free].map((kilobytes) => Number(kilobytes) * 1024));
    });
    const [inodes, inodesFree] = (await space.exec("writer", "stat -f -c '%c %d' /data")).trim().split(" ").map(Number);
    const seen = await statsOf(cluster, spec.nodeName ?? "", "stats");
    assert.deepEqual([seen?.inodes, seen?.inodesFree], [inodes, inodesFree]);
    await space.end();
  });
}

async function statsOf(cluster: RealCluster, node: string, namespace: string): Promise<VolumeStats | undefined> {
  const { pods } = await cluster.api.get<{ pods: { volume?: VolumeStats[] }[] }>(
    `/api/v1/nodes/${node}/proxy/stats/summary`,
  );
  return pods.flatMap(({ volume = [] }) => volume).find(({ pvcRef }) => pvcRef?.namespace === namespace);
}
