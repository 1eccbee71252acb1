import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RealCluster } from "./harness/cluster.ts";
import { openSpace } from "./harness/space.ts";
import { placed } from "./harness/volumes.ts";

/** Nodes go down and come back. */
export function restartTests(cluster: RealCluster): void {
  describe("restarts", () => {
    for (const how of ["reboot", "cutPower"] as const)
      test(`volumes come back when their node ${how === "reboot" ? "was rebooted" : "lost its power"}`, async () => {
        const space = await openSpace(cluster, how.toLowerCase());
        await space.createClaim("data", { storageClass: "ssd", size: "512Mi" });
        await space.createClaim("thin", { storageClass: "thin", size: "512Mi" });
        await space.createPod("user", { claims: { "/data": "data", "/thin": "thin" } });
        const before = await space.running("user");
        await space.exec("user", "echo kept | tee /data/content > /thin/content; sync");
        const { node } = await placed(cluster, space, "data");
        const startedBefore = startOf(before);
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
  });
}

function startOf({ status }: { readonly status: { readonly containerStatuses?: readonly object[] } }): string {
  return JSON.stringify(status.containerStatuses?.map((container) => ("state" in container ? container.state : {})));
}
