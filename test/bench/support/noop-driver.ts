import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import type { KubeAccess } from "../../../src/kube/access.ts";
import { type Reflector, startReflector } from "../../../src/kube/reflector.ts";

interface Claim {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly volumeName?: string };
}

const observer = { restarted: () => undefined, relisted: () => undefined, skipped: () => undefined };
const ignored = () => undefined;

/** A driver that does nothing: as soon as a claim names a node it has a PersistentVolume there. */
export function startNoopDriver(access: KubeAccess): Reflector {
  const served = new Set<string>();
  const look = (claim: Claim): void => {
    const { uid, annotations } = claim.metadata;
    const node = annotations?.["volume.kubernetes.io/selected-node"];
    if (node === undefined || claim.spec.volumeName !== undefined || served.has(uid)) return;
    served.add(uid);
    access
      .request("/api/v1/persistentvolumes", { method: "POST", body: volumeOf(claim, node) })
      .catch(() => served.delete(uid));
  };
  return startReflector<Claim>({
    access,
    resource: {
      name: "persistentvolumeclaims",
      path: "/api/v1/persistentvolumeclaims",
      metadataOnly: false,
    },
    transform: (json) => json as Claim,
    handlers: {
      listed: (_key, claim) => look(claim),
      changed: (_key, claim) => look(claim),
      replaced: ignored,
      removed: ignored,
    },
    observer,
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
  });
}

function volumeOf({ metadata: { name, namespace, uid } }: Claim, node: string): object {
  const key = "topology.topolvm.io/node";
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pv-${uid}`, annotations: { "pv.kubernetes.io/provisioned-by": "topolvm.io" } },
    spec: {
      capacity: { storage: "3Gi" },
      accessModes: ["ReadWriteOnce"],
      storageClassName: "ssd",
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      csi: { driver: "topolvm.io", volumeHandle: uid },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: "In", values: [node] }] }] },
      },
    },
  };
}
