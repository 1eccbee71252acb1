import assert from "node:assert/strict";
import { test } from "node:test";
import type { RealCluster } from "./harness/cluster.ts";
import { openSpace } from "./harness/space.ts";
import { goneFromDisk, placed } from "./harness/volumes.ts";

/** Claims are mounted, written, read back by another pod, and leave nothing behind. */
export function fileSystemTests(cluster: RealCluster): void {
  for (const fileSystem of ["ext4", "xfs", "btrfs"] as const)
    test(`${fileSystem} is mounted, written, read back by another pod, and gone from the disk after its claim`, async () => {
      const space = await openSpace(cluster, `fs-${fileSystem}`);
      await space.createClaim("data", { storageClass: fileSystem, size: "1Gi" });
      await space.createPod("first", { claims: { "/data": "data" } });
      await space.running("first");
      const [, , type, options] = (await space.exec("first", "grep ' /data ' /proc/mounts")).split(" ");
      assert.equal(type, fileSystem);
      // the StorageClass `xfs` has a mount option of its own
      if (fileSystem === "xfs") assert.match(options ?? "", /noatime/);
      const written = await space.exec(
        "first",
        "head -c 3000000 /dev/urandom > /data/content && sync && sha256sum /data/content",
      );
      await space.removePod("first");
      await space.createPod("second", { claims: { "/data": "data" } });
      await space.running("second");
      assert.equal(await space.exec("second", "sha256sum /data/content"), written);
      const where = await placed(cluster, space, "data");
      assert.ok((await where.node.volumesOnDisk()).includes(where.id));
      await space.end();
      await goneFromDisk(where);
    });

  test("a block device is written and read back by another pod, and gone from the disk after its claim", async () => {
    const space = await openSpace(cluster, "block");
    await space.createClaim("data", { storageClass: "ssd", size: "256Mi", volumeMode: "Block" });
    await space.createPod("first", { claims: { "/dev/data": "data" } });
    await space.running("first");
    assert.equal((await space.exec("first", "blockdev --getsize64 /dev/data")).trim(), String(256 * 2 ** 20));
    await space.exec("first", "printf kept | dd of=/dev/data bs=4 seek=1000 conv=fsync 2>/dev/null");
    await space.removePod("first");
    await space.createPod("second", { claims: { "/dev/data": "data" } });
    await space.running("second");
    assert.equal(await space.exec("second", "dd if=/dev/data bs=4 skip=1000 count=1 2>/dev/null"), "kept");
    const where = await placed(cluster, space, "data");
    await space.end();
    await goneFromDisk(where);
  });

  test("what a pod mounts read-only cannot be written", async () => {
    const space = await openSpace(cluster, "read-only");
    await space.createClaim("data", { storageClass: "ssd", size: "256Mi" });
    await space.createPod("writer", { claims: { "/data": "data" } });
    await space.running("writer");
    await space.exec("writer", "echo kept > /data/content && sync");
    await space.removePod("writer");
    const volume = { name: "data", persistentVolumeClaim: { claimName: "data", readOnly: true } };
    await space.createPod("reader", { volumes: [{ path: "/data", volume }] });
    await space.running("reader");
    assert.equal(await space.exec("reader", "cat /data/content"), "kept\n");
    await assert.rejects(space.exec("reader", "echo more >> /data/content"), /Read-only file system/);
    await space.end();
  });
}
