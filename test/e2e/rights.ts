import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { RealCluster } from "./harness/cluster.ts";

/** Logs of whoever runs by the rights of deploy/: replicas of the controller with their sidecars, and our other roles. */
const logs = "{controller-*,service,n*/agent}.log";

/** The rights that we ship were enough for all that the tests before did. */
export function rightsTests({ workspace }: RealCluster): void {
  test("the API server has refused nothing to our roles and the sidecars", () => {
    const all = globSync(logs, { cwd: workspace.folder });
    assert.ok(all.length >= 2 * 4 + 1 + 3, String(all));
    const refused = all.flatMap((log) =>
      readFileSync(workspace.path(log), "utf8")
        .split("\n")
        // the snapshotter looks whether groups of snapshots are known here, and they are not
        .filter((line) => line.includes("is forbidden") && !line.includes("VolumeGroupSnapshot"))
        .map((line) => `${log}: ${line.slice(0, 400)}`),
    );
    assert.deepEqual(refused, []);
  });
}
