import assert from "node:assert/strict";
import { test } from "node:test";
import type { RealCluster } from "./harness/cluster.ts";
import { createSnapshot, removeSnapshot, snapshotReady, snapshotSource } from "./harness/snapshots.ts";
import { openSpace, type Space } from "./harness/space.ts";
import { goneFromDisk, placed } from "./harness/volumes.ts";

/** Copies of volumes. Thick ones hang on their source, thin ones do not. */
export function snapshotTests(cluster: RealCluster): void {
  test("a snapshot of a thin volume keeps what was there, and volumes of its size and larger are made of it", async () => {
    const space = await openSpace(cluster, "snapshot-thin");
    const source = await written(space, "thin");
    await createSnapshot(space, "before", "source");
    await snapshotReady(space, "before");
    await space.exec("source", "echo after > /data/content && sync");
    const dataSource = snapshotSource("before");
    await space.createClaim("restored", { storageClass: "thin", size: "1Gi", dataSource });
    await space.createClaim("same-size", { storageClass: "thin", size: "512Mi", dataSource });
    await space.createPod("reader", { claims: { "/data": "restored", "/same": "same-size" } });
    await space.running("reader");
    assert.equal(await space.exec("reader", "cat /data/content /same/content"), "before\nbefore\n");
    assert.ok(Number(await space.exec("reader", "df -Pk /data | awk 'NR==2 {print $2}'")) > 0.9 * 2 ** 20);
    await space.exec("reader", "echo own > /data/content && sync");
    assert.equal(await space.exec("source", "cat /data/content"), "after\n");
    const restored = await placed(cluster, space, "restored");
    assert.equal(restored.node.name, source.node.name);
    await removeSnapshot(space, "before");
    await space.end();
    await Promise.all([goneFromDisk(restored), goneFromDisk(source)]);
  });

  test("a snapshot of a thick volume keeps what was there, and the larger volume that is made of it outlives both", async () => {
    const space = await openSpace(cluster, "snapshot-thick");
    const source = await written(space, "ssd");
    await createSnapshot(space, "before", "source");
    await snapshotReady(space, "before");
    await space.exec("source", "echo after > /data/content && sync");
    const dataSource = snapshotSource("before");
    await space.createClaim("restored", { storageClass: "ssd", size: "1Gi", dataSource });
    await space.createPod("reader", { claims: { "/data": "restored" } });
    await space.running("reader");
    assert.equal(await space.exec("source", "cat /data/content"), "after\n");
    await removeSnapshot(space, "before");
    await space.removePod("source");
    await space.removeClaim("source");
    await goneFromDisk(source);
    assert.equal(await space.exec("reader", "cat /data/content"), "before\n");
    assert.ok(Number(await space.exec("reader", "df -Pk /data | awk 'NR==2 {print $2}'")) > 0.9 * 2 ** 20);
    await space.end();
  });

  test("a thick volume is cloned, and goes after its clone", async () => {
    const space = await openSpace(cluster, "clone-thick");
    const source = await written(space, "ssd");
    const dataSource = { kind: "PersistentVolumeClaim", name: "source" };
    await space.createClaim("clone", { storageClass: "ssd", size: "512Mi", dataSource });
    await space.createPod("reader", { claims: { "/data": "clone" } });
    await space.running("reader");
    await space.exec("source", "echo after > /data/content && sync");
    assert.equal(await space.exec("reader", "cat /data/content"), "before\n");
    for (const name of ["reader", "source"]) await space.removePod(name);
    for (const name of ["clone", "source"]) await space.removeClaim(name);
    await space.end();
    await goneFromDisk(source);
  });

  test("a thin clone outlives its source", async () => {
    const space = await openSpace(cluster, "clone");
    const source = await written(space, "thin");
    const dataSource = { kind: "PersistentVolumeClaim", name: "source" };
    await space.createClaim("clone", { storageClass: "thin", size: "512Mi", dataSource });
    await space.createPod("reader", { claims: { "/data": "clone" } });
    await space.running("reader");
    await space.removePod("source");
    await space.removeClaim("source");
    await goneFromDisk(source);
    assert.equal(await space.exec("reader", "cat /data/content"), "before\n");
    await space.end();
  });
}

/** A claim `source` with the line `before` in a file, and the pod `source` that has it mounted. */
async function written(space: Space, storageClass: "thin" | "ssd") {
  await space.createClaim("source", { storageClass, size: "512Mi" });
  await space.createPod("source", { claims: { "/data": "source" } });
  await space.running("source");
  await space.exec("source", "echo before > /data/content && sync");
  return placed(space.cluster, space, "source");
}
