import { setTimeout as wait } from "node:timers/promises";
import type { Api, KubeObject } from "./api.ts";
import type { ControlPlane } from "./control-plane.ts";

const claimsPath = "/api/v1/persistentvolumeclaims";

interface Claim extends KubeObject {
  readonly spec: { storageClassName: string; volumeName?: string; resources: { requests: { storage: string } } };
}

/**
 * Plays the part of the CSI driver until it is stopped: gives each claim with a selected node a volume on that node, so
 * that the scheduler can finish its pod. `onVolume` is told of each, before the volume is there.
 */
export function startProvisioner(
  cluster: ControlPlane,
  onVolume: (claim: string, node: string) => Promise<void> = async () => {},
): () => Promise<void> {
  const { api } = cluster;
  const stopping = new AbortController();
  const served = new Set<string | undefined>();
  const serve = async () => {
    for (const claim of await api.list<Claim>(claimsPath)) {
      const { name, uid, annotations } = claim.metadata;
      const node = annotations?.["volume.kubernetes.io/selected-node"];
      if (node === undefined || claim.spec.volumeName !== undefined || served.has(uid)) continue;
      await onVolume(name, node);
      await createVolume(api, claim, node);
      served.add(uid);
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      // the API server may be away: what was not done is done in the next round
      await serve().catch(() => undefined);
      await wait(50);
    }
  };
  const done = loop();
  return async () => {
    stopping.abort();
    await done;
  };
}

async function createVolume(api: Api, claim: Claim, node: string): Promise<void> {
  const { name, namespace, uid } = claim.metadata;
  await api.create("/api/v1/persistentvolumes", {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pv-${uid}`, annotations: { "pv.kubernetes.io/provisioned-by": "topolvm.io" } },
    spec: {
      capacity: { storage: claim.spec.resources.requests.storage },
      accessModes: ["ReadWriteOnce"],
      storageClassName: claim.spec.storageClassName,
      persistentVolumeReclaimPolicy: "Delete",
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      csi: { driver: "topolvm.io", volumeHandle: String(uid) },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "topology.topolvm.io/node", operator: "In", values: [node] }] },
          ],
        },
      },
    },
  });
}
