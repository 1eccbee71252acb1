// The twin of an API server, over HTTPS and in a process of its own, with a large cluster in it.
import { currentNames } from "../../../src/capacity/names.ts";
import { startFakeApiServer } from "../../cluster/fake-api-server.ts";
import { gibibyte } from "../../support/fake-view.ts";
import { serverPair, testAuthority } from "../../support/test-certificates.ts";
import { freeOn, managedFields, nodeNames } from "./cluster.ts";

const claimCount = 20_000;

const ca = testAuthority();
const { certificate, key } = serverPair(ca);
const api = await startFakeApiServer({ cert: certificate, key });
const classes = { fast: "ssd", slow: "hdd" };
for (const [name, deviceClass] of Object.entries(classes))
  api.apply({
    kind: "StorageClass",
    metadata: { name },
    provisioner: currentNames.driver,
    parameters: { [currentNames.deviceClassParameter]: deviceClass },
  });
for (const [at, name] of nodeNames.entries()) api.apply(nodeOf(name, at));
for (let at = 0; at < claimCount; at += 1) api.apply(claimOf(at));
process.on("disconnect", () => process.exit());
process.send?.({ url: api.url, ca: ca.certificate });

// what a view sees of it is its metadata, here 4 kB
function nodeOf(name: string, at: number) {
  const { ssd, hdd } = freeOn(at);
  return {
    kind: "Node",
    metadata: {
      name,
      uid: `6f1e2d3c-0000-4000-8000-${String(at).padStart(12, "0")}`,
      labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": `zone-${at % 3}` },
      annotations: {
        [`${currentNames.capacityPrefix}ssd`]: String(BigInt(ssd) * gibibyte),
        [`${currentNames.capacityPrefix}hdd`]: String(BigInt(hdd) * gibibyte),
      },
      managedFields: managedFields("f:status", 80),
    },
  };
}

// 2.5 kB
function claimOf(at: number) {
  return {
    kind: "PersistentVolumeClaim",
    metadata: {
      name: `data-db-${at}`,
      namespace: `team-${at % 50}`,
      uid: `7a1e2d3c-0000-4000-8000-${String(at).padStart(12, "0")}`,
      labels: { app: "db" },
      annotations: {
        "pv.kubernetes.io/bind-completed": "yes",
        "volume.kubernetes.io/selected-node": nodeNames[at % nodeNames.length],
      },
      managedFields: managedFields("f:spec", 40),
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: at % 2 === 0 ? "fast" : "slow",
      resources: { requests: { storage: `${1 + (at % 100)}Gi` } },
      volumeName: `pvc-7a1e2d3c-0000-4000-8000-${String(at).padStart(12, "0")}`,
    },
    status: { phase: "Bound" },
  };
}
