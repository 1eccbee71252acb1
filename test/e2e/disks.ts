import assert from "node:assert/strict";
import { test } from "node:test";
import type { RealCluster } from "./harness/cluster.ts";
import { openSpace } from "./harness/space.ts";
import { goneFromDisk, placed } from "./harness/volumes.ts";

/** Disks that break. */
export function diskTests(cluster: RealCluster): void {
  test("a mirrored volume outlives a disk, one that is not does not, and both are told to be unwell", async () => {
    const space = await openSpace(cluster, "disks");
    for (const name of ["linear", "mirrored"] as const) {
      await space.createClaim(name, { storageClass: name, size: "256Mi" });
      await space.createPod(name, { claims: { "/data": name } });
      await space.running(name);
      await space.exec(name, "echo kept > /data/content && sync");
    }
    const [linear, mirrored] = [await placed(cluster, space, "linear"), await placed(cluster, space, "mirrored")];
    const { node } = mirrored;
    const field = async (id: string, name: string) =>
      (await node.sh(`lvs --noheadings -o ${name} --select lv_name=${id}`)).trim();
    assert.equal(await field(mirrored.id, "segtype"), "raid1");
    const disk = /pair-\d/.exec(await field(linear.id, "devices"))?.[0] ?? "";
    assert.notEqual(disk, "");
    await node.setDisk(disk, "broken");
    for (const name of ["linear", "mirrored"])
      await space.event(name, /VolumeConditionAbnormal: Volume \S+: the volume (lacks a disk|needs a refresh)/);
    assert.equal(
      await space.exec("mirrored", "echo more >> /data/content && sync && cat /data/content"),
      "kept\nmore\n",
    );
    await assert.rejects(space.exec("linear", "echo more | dd of=/data/more conv=fsync"), /error|read-only/i);
    await node.setDisk(disk, "well");
    await space.end();
    await Promise.all([goneFromDisk(linear), goneFromDisk(mirrored)]);
  });
}
