import assert from "node:assert/strict";
import { test } from "node:test";
import type { RealCluster } from "./harness/cluster.ts";
import { openSpace, type Space } from "./harness/space.ts";

/** Volumes grow. */
export function growthTests(cluster: RealCluster): void {
  for (const fileSystem of ["ext4", "xfs", "btrfs"] as const)
    test(`${fileSystem} grows while it is written`, async () => {
      const space = await openSpace(cluster, `grow-${fileSystem}`);
      await space.createClaim("data", { storageClass: fileSystem, size: "1Gi" });
      await space.createPod("writer", { claims: { "/data": "data" } });
      await space.running("writer");
      const writing = "while echo line >> /data/log; do sleep 0.1; done; touch /tmp/failed";
      await space.exec("writer", `(${writing}) >/dev/null 2>&1 & true`);
      await space.resize("data", "2Gi");
      await hasCapacity(space, "data", "2Gi");
      assert.ok((await kilobytesOf(space, "writer")) > 1.8 * 2 ** 20);
      const lines = Number(await space.exec("writer", "wc -l < /data/log"));
      await space.exec("writer", "test ! -e /tmp/failed");
      await space.eventually(
        "the writer goes on",
        "writer",
        async () => Number(await space.exec("writer", "wc -l < /data/log")) > lines,
      );
      await space.end();
    });

  test("a claim that no pod uses grows, and its file system with the next pod", async () => {
    const space = await openSpace(cluster, "grow-offline");
    await space.createClaim("data", { storageClass: "ssd", size: "1Gi" });
    await space.createPod("first", { claims: { "/data": "data" } });
    await space.running("first");
    await space.exec("first", "echo kept > /data/content && sync");
    await space.removePod("first");
    await space.resize("data", "2Gi");
    await space.eventually("the file system's growth is pending", "data", async () =>
      (await space.claim("data")).status.conditions?.some(({ type }) => type === "FileSystemResizePending"),
    );
    await space.createPod("second", { claims: { "/data": "data" } });
    await space.running("second");
    await hasCapacity(space, "data", "2Gi");
    assert.ok((await kilobytesOf(space, "second")) > 1.8 * 2 ** 20);
    assert.equal(await space.exec("second", "cat /data/content"), "kept\n");
    await space.end();
  });

  test("a block device grows while it is used", async () => {
    const space = await openSpace(cluster, "grow-block");
    await space.createClaim("data", { storageClass: "ssd", size: "256Mi", volumeMode: "Block" });
    await space.createPod("user", { claims: { "/dev/data": "data" } });
    await space.running("user");
    await space.resize("data", "512Mi");
    await hasCapacity(space, "data", "512Mi");
    assert.equal((await space.exec("user", "blockdev --getsize64 /dev/data")).trim(), String(512 * 2 ** 20));
    await space.end();
  });

  test("growth that does not fit is told with figures, harms nothing, and a smaller wish is fulfilled", async () => {
    const space = await openSpace(cluster, "grow-too-far");
    await space.createClaim("data", { storageClass: "ssd", size: "1Gi" });
    await space.createPod("user", { claims: { "/data": "data" } });
    await space.running("user");
    const before = await kilobytesOf(space, "user");
    await space.resize("data", "100Gi");
    await space.event("data", /VolumeResizeFailed: .* \d+ bytes are asked for, \d+ bytes are free/);
    assert.equal(await kilobytesOf(space, "user"), before);
    await space.exec("user", "echo more > /data/content && sync");
    await space.resize("data", "2Gi");
    await hasCapacity(space, "data", "2Gi");
    await space.end();
  });
}

function hasCapacity(space: Space, claim: string, size: string): Promise<unknown> {
  return space.eventually(
    `${claim} has ${size}`,
    claim,
    async () => (await space.claim(claim)).status.capacity?.storage === size,
  );
}

/** Size of the file system at /data. */
async function kilobytesOf(space: Space, pod: string): Promise<number> {
  return Number(await space.exec(pod, "df -Pk /data | awk 'NR==2 {print $2}'"));
}
