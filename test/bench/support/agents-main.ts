// The twin of an API server, over HTTPS and in a process of its own, with LogicalVolumes and what goes with them in it.
// Arguments: how many are made already, how many are wished for on node n1, how many nodes there are.
import { currentNames } from "../../../src/capacity/names.ts";
import { startFakeApiServer } from "../../cluster/fake-api-server.ts";
import { serverPair, testAuthority } from "../../support/test-certificates.ts";
import { managedFields } from "./cluster.ts";

const [made = 0, wished = 0, nodes = 1] = process.argv.slice(2).map(Number);
const size = String(1n << 27n);

const ca = testAuthority();
const { certificate, key } = serverPair(ca);
const api = await startFakeApiServer({ cert: certificate, key });
api.apply({
  kind: "StorageClass",
  metadata: { name: "fast" },
  provisioner: currentNames.driver,
  parameters: { [currentNames.deviceClassParameter]: "ssd" },
});
for (let at = 1; at <= nodes; at += 1) api.apply({ kind: "Node", metadata: { name: `n${at}`, uid: uidOf("a", at) } });
for (let at = 0; at < made; at += 1) {
  const uid = uidOf("b", at);
  api.apply(claimOf(at));
  api.apply({ ...volumeOf(at, `n${1 + (at % nodes)}`), status: { volumeID: uid, currentSize: size } });
}
for (let at = made; at < made + wished; at += 1) api.apply(volumeOf(at, "n1"));
process.on("message", () => {
  const volumes = api.all("LogicalVolume") as { status?: { volumeID?: string } }[];
  process.send?.({ made: volumes.filter(({ status }) => status?.volumeID !== undefined).length });
});
process.on("disconnect", () => process.exit());
process.send?.({ url: api.url, ca: ca.certificate });

function uidOf(kind: string, at: number): string {
  return `6f1e2d3${kind}-0000-4000-8000-${String(at).padStart(12, "0")}`;
}

// 2 kB
function volumeOf(at: number, nodeName: string) {
  const name = `pvc-${uidOf("c", at)}`;
  const metadata = {
    name,
    uid: uidOf("b", at),
    creationTimestamp: "2026-11-24T12:00:00Z",
    generation: 1,
    finalizers: [currentNames.volumeFinalizer],
    managedFields: managedFields("f:status", 40),
  };
  const apiVersion = `${currentNames.driver}/v1`;
  return { apiVersion, kind: "LogicalVolume", metadata, spec: { name, nodeName, deviceClass: "ssd", size } };
}

function claimOf(at: number) {
  return {
    kind: "PersistentVolumeClaim",
    metadata: {
      name: `data-${at}`,
      namespace: `team-${at % 50}`,
      uid: uidOf("c", at),
      annotations: { "volume.kubernetes.io/selected-node": `n${1 + (at % nodes)}` },
      managedFields: managedFields("f:spec", 40),
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast",
      resources: { requests: { storage: size } },
      volumeName: `pvc-${uidOf("c", at)}`,
    },
    status: { phase: "Bound" },
  };
}
