// One cluster for all: to boot it takes as long as many tests. Each has a namespace of its own in it.
import { after } from "node:test";
import { faultTests } from "./faults.ts";
import { fileSystemTests } from "./file-systems.ts";
import { firstVolumeTests } from "./first-volume.ts";
import { growthTests } from "./growth.ts";
import { startRealCluster } from "./harness/cluster.ts";
import { placementTests } from "./placement.ts";
import { podTests } from "./pods.ts";
import { restartTests } from "./restart.ts";
import { rightsTests } from "./rights.ts";
import { snapshotTests } from "./snapshots.ts";

const cluster = await startRealCluster();
after(() => cluster.stop());

firstVolumeTests(cluster);
fileSystemTests(cluster);
podTests(cluster);
placementTests(cluster);
growthTests(cluster);
snapshotTests(cluster);
restartTests(cluster);
faultTests(cluster);
rightsTests(cluster);
