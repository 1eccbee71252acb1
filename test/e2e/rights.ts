import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { RealCluster } from "./harness/cluster.ts";

/** Whoever runs by the rights of deploy/: sidecars, and our own roles. */
const logs = [
  "csi-provisioner.log",
  "csi-resizer.log",
  "csi-snapshotter.log",
  "controller.log",
  "service.log",
  "n1/agent.log",
  "n2/agent.log",
];

/** The rights that we ship were enough for all that the tests before did. */
export function rightsTests({ workspace }: RealCluster): void {
  test("the API server has refused nothing to our roles and the sidecars", () => {
    const refused = logs.flatMap((log) =>
      readFileSync(workspace.path(log), "utf8")
        .split("\n")
        // the snapshotter looks whether groups of snapshots are known here, and they are not
        .filter((line) => line.includes("is forbidden") && !line.includes("VolumeGroupSnapshot"))
        .map((line) => `${log}: ${line.slice(0, 400)}`),
    );
    assert.deepEqual(refused, []);
  });
}
