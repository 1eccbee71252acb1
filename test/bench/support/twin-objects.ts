import { currentNames } from "../../../src/capacity/names.ts";
import type { KubeObject } from "../../cluster/fake-api-server.ts";
import { gibibyte } from "../../support/fake-view.ts";
import { freeOn, managedFields, nodeNames } from "./cluster.ts";

const classes = { fast: "ssd", slow: "hdd" };

export function storageClasses(): KubeObject[] {
  return Object.entries(classes).map(([name, deviceClass]) => ({
    kind: "StorageClass",
    metadata: { name },
    provisioner: currentNames.driver,
    parameters: { [currentNames.deviceClassParameter]: deviceClass },
  }));
}

/** A node. What a view sees of it is its metadata, here 4 kB. @param generation of its figures; left out where it does not tell */
export function nodeOf(name: string, at: number, generation?: number): KubeObject {
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
        ...(generation !== undefined && { [currentNames.generationAnnotation]: String(generation) }),
      },
      managedFields: managedFields("f:status", 80),
    },
  };
}

/** A bound claim, of 2.5 kB. */
export function claimOf(at: number): KubeObject {
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

/** A claim of 3 GiB as somebody makes it; it may have a node chosen, and then a volume. */
export function youngClaim(name: string, uid: string, node?: string, isBound = false): KubeObject {
  return {
    kind: "PersistentVolumeClaim",
    metadata: {
      name,
      namespace: "churn",
      uid,
      annotations: node === undefined ? {} : { "volume.kubernetes.io/selected-node": node },
      managedFields: managedFields("f:spec", 40),
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast",
      resources: { requests: { storage: "3Gi" } },
      ...(isBound && { volumeName: `pvc-${uid}` }),
    },
    status: { phase: isBound ? "Bound" : "Pending" },
  };
}

/** The LogicalVolume of a claim of 3 GiB. @param generation with which the node counts it; left out before it is made */
export function volumeOf(uid: string, nodeName: string, generation?: number): KubeObject {
  const name = `pvc-${uid}`;
  const counted = { generation, earlierSize: "0" };
  return {
    kind: "LogicalVolume",
    metadata: {
      name,
      uid: `lv-${uid}`,
      creationTimestamp: "2026-01-01T00:00:00Z",
      managedFields: managedFields("f:spec", 10),
    },
    spec: { name, nodeName, size: "3Gi", deviceClass: "ssd" },
    ...(generation !== undefined && { status: { volumeID: `lv-${uid}`, currentSize: "3Gi", counted } }),
  };
}
