import assert from "node:assert/strict";
import { test } from "node:test";
import type { RealCluster } from "./harness/cluster.ts";
import { openSpace } from "./harness/space.ts";

/** A node goes down, in order or not, and comes back. */
export function restartTest(cluster: RealCluster, name: string, how: "reboot" | "cutPower"): void {
  test(`volumes come back when their node ${how === "reboot" ? "was rebooted" : "lost its power"}`, async () => {
    const space = await openSpace(cluster, how.toLowerCase());
    await space.createClaim("data", { storageClass: "ssd", size: "512Mi" });
    await space.createClaim("thin", { storageClass: "thin", size: "512Mi" });
    const spec = { nodeSelector: { "kubernetes.io/hostname": name } };
    await space.createPod("user", { claims: { "/data": "data", "/thin": "thin" }, spec });
    const startedBefore = startOf(await space.running("user"));
    await space.exec("user", "echo kept | tee /data/content > /thin/content; sync");
    const node = cluster.node(name);
    await node.reboot(how);
    await space.eventually("the pod's container runs anew", "user", async () => {
      const { status } = await space.pod("user");
      const [container] = status.containerStatuses ?? [];
      return container?.ready === true && startOf({ status }) !== startedBefore;
    });
    assert.equal(await space.exec("user", "cat /data/content /thin/content"), "kept\nkept\n");
    await node.ready();
    await space.resize("data", "1Gi");
    await space.eventually(
      "it grows after the restart",
      "data",
      async () => (await space.claim("data")).status.capacity?.storage === "1Gi",
    );
    await space.end();
  });
}

function startOf({ status }: { readonly status: { readonly containerStatuses?: readonly object[] } }): string {
  return JSON.stringify(status.containerStatuses?.map((container) => ("state" in container ? container.state : {})));
}
