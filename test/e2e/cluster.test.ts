// One cluster for all: to boot it takes as long as many tests. Each has a namespace of its own in it. Its processors are the
// bound: so many tests at once that each pod starts in good time.
import { after, describe } from "node:test";
import { burstTests } from "./burst.ts";
import { diskTests } from "./disks.ts";
import { apiServerTests, faultTests } from "./faults.ts";
import { fileSystemTests } from "./file-systems.ts";
import { firstVolumeTests } from "./first-volume.ts";
import { growthTests } from "./growth.ts";
import { startRealCluster } from "./harness/cluster.ts";
import { drainTest, lossTest } from "./nodes.ts";
import { placementTests } from "./placement.ts";
import { podTests } from "./pods.ts";
import { restartTest } from "./restart.ts";
import { rightsTests } from "./rights.ts";
import { snapshotTests } from "./snapshots.ts";

const cluster = await startRealCluster();
after(() => cluster.stop());

firstVolumeTests(cluster);
describe("volumes", { concurrency: 6 }, () => {
  growthTests(cluster);
  snapshotTests(cluster);
  podTests(cluster);
  fileSystemTests(cluster);
});
placementTests(cluster);
burstTests(cluster);
describe("nodes that go away", { concurrency: 3 }, () => {
  lossTest(cluster);
  restartTest(cluster, "n1", "reboot");
  drainTest(cluster);
});
describe("power and disks that go away", { concurrency: 2 }, () => {
  restartTest(cluster, "n2", "cutPower");
  diskTests(cluster);
});
faultTests(cluster);
rightsTests(cluster);
apiServerTests(cluster);
