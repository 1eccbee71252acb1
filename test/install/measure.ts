// Installs as the README tells in a cluster of one node, and prints what took how long, as JSON in one line.
import { startEmptyCluster } from "./harness/cluster.ts";
import { installAsTold } from "./harness/install.ts";
import { values } from "./harness/values.ts";

const cluster = await startEmptyCluster(values);
try {
  console.log(JSON.stringify(await installAsTold(cluster)));
} finally {
  await cluster.stop();
}
