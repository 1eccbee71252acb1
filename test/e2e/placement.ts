import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RealCluster } from "./harness/cluster.ts";
import { openSpace } from "./harness/space.ts";
import { placed } from "./harness/volumes.ts";

/** Volumes go where their room is. */
export function placementTests(cluster: RealCluster): void {
  describe("placement on nodes of 18, 4 and 4 GiB", { concurrency: 1 }, () => {
    test("pods go to the node that has the room, the first that fits nowhere waits and says why, and starts when there is room", async () => {
      const space = await openSpace(cluster, "room");
      for (const [name, size] of [
        ["first", "8Gi"],
        ["second", "6Gi"],
      ] as const) {
        await space.createClaim(name, { storageClass: "hdd", size });
        await space.createPod(name, { claims: { "/data": name } });
        const { spec } = await space.running(name);
        assert.equal(spec.nodeName, "n1");
      }
      await space.createClaim("third", { storageClass: "hdd", size: "8Gi" });
      await space.createPod("third", { claims: { "/data": "third" } });
      const reason = /FailedScheduling: .* 3 out of VG free space \(hdd: asked 8Gi, at most 3\.\d+Gi free/;
      await space.event("third", reason);
      // kube-scheduler itself goes by what csi-provisioner has published, and does not ask us then
      await setStorageCapacity(cluster, true);
      await space.createClaim("fourth", { storageClass: "hdd", size: "8Gi" });
      await space.createPod("fourth", { claims: { "/data": "fourth" } });
      await space.event("fourth", /FailedScheduling: .*not have enough free storage/);
      await space.removePod("fourth");
      await setStorageCapacity(cluster, false);
      assert.equal((await space.pod("third")).status.phase, "Pending");
      await space.removePod("first");
      await space.removeClaim("first");
      await space.running("third");
      await space.end();
    });

    test("an immediately bound claim goes to the node with most room, and its pod follows", async () => {
      const space = await openSpace(cluster, "immediate");
      for (const name of ["a", "b", "c"]) {
        await space.createClaim(name, { storageClass: "hdd-immediate", size: "1Gi" });
        const { node } = await placed(cluster, space, name);
        assert.equal(node.name, "n1");
      }
      await space.createPod("follower", { claims: { "/data": "a" } });
      assert.equal((await space.running("follower")).spec.nodeName, "n1");
      await space.end();
    });
  });
}

/** Thin pools are promised more than once; of all that the nodes have. */
export function thinRoomTest(cluster: RealCluster): void {
  test("a thin pool is promised up to its ratio on every node, and not beyond", async () => {
    const space = await openSpace(cluster, "thin-room");
    const options = { storageClass: "thin-immediate", size: "12Gi", volumeMode: "Block" } as const;
    for (const name of ["first", "second"]) {
      await space.createClaim(name, options);
      await space.bound(name);
    }
    const nodes = await Promise.all(["first", "second"].map((name) => placed(cluster, space, name)));
    assert.deepEqual(nodes.map(({ node }) => node.name).sort(), ["n1", "n2"]);
    await space.createClaim("third", options);
    await space.event("third", /ProvisioningFailed: .*out of room \(thin: asked 12Gi, at most \d(\.\d+)?Gi free/);
    await space.end();
  });
}

/** Whether kube-scheduler looks at what csi-provisioner has published of nodes' room. */
async function setStorageCapacity({ api }: RealCluster, storageCapacity: boolean): Promise<void> {
  await api.patch("/apis/storage.k8s.io/v1/csidrivers/topolvm.io", { spec: { storageCapacity } });
}
