// One cluster for all: to boot it takes as long as many tests. Each has a namespace of its own in it. Its processors are the
// bound: so many tests at once that each pod starts in good time, and the long ones first. `NATIVESTOR_E2E="growth faults"`
// runs these parts alone.
import { after, describe } from "node:test";
import { burstTests } from "./burst.ts";
import { diskTests } from "./disks.ts";
import { apiServerTests, faultTests } from "./faults.ts";
import { fileSystemTests } from "./file-systems.ts";
import { firstVolumeTests } from "./first-volume.ts";
import { growthTests } from "./growth.ts";
import { startRealCluster } from "./harness/cluster.ts";
import { chooseParts } from "./harness/parts.ts";
import { drainTest, lossTest } from "./nodes.ts";
import { placementTests, thinRoomTest } from "./placement.ts";
import { podTests } from "./pods.ts";
import { restartTest } from "./restart.ts";
import { rightsTests } from "./rights.ts";
import { snapshotTests } from "./snapshots.ts";

const parts = chooseParts(process.env["NATIVESTOR_E2E"]);
const cluster = await startRealCluster();
after(() => cluster.stop());

// it wants the thin pools for itself
parts.part("thin-room", () => thinRoomTest(cluster));
describe("volumes", { concurrency: 6 }, () => {
  parts.part("placement", () => placementTests(cluster));
  parts.part("first-volume", () => firstVolumeTests(cluster));
  parts.part("snapshots", () => snapshotTests(cluster));
  parts.part("growth", () => growthTests(cluster));
  parts.part("file-systems", () => fileSystemTests(cluster));
  parts.part("pods", () => podTests(cluster));
});
parts.part("burst", () => burstTests(cluster));
// one node each: what goes away comes back before the next
describe("nodes and disks that go away", { concurrency: 3 }, () => {
  parts.part("loss", () => lossTest(cluster));
  describe("the first node", { concurrency: 1 }, () => {
    parts.part("reboot", () => restartTest(cluster, "n1", "reboot"));
    parts.part("disks", () => diskTests(cluster));
  });
  describe("the second node", { concurrency: 1 }, () => {
    parts.part("drain", () => drainTest(cluster));
    parts.part("power", () => restartTest(cluster, "n2", "cutPower"));
  });
});
parts.part("faults", () => faultTests(cluster));
parts.part("rights", () => rightsTests(cluster));
parts.part("api-server", () => apiServerTests(cluster));
parts.allKnown();
