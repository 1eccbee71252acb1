import { Agent } from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import { ApiError, type KubeObject } from "./api.ts";
import { deploy } from "./agents.ts";
import { each } from "./each.ts";
import type { ControlPlane } from "./control-plane.ts";
import { capacityAnnotation, createNode } from "./objects.ts";
import { until } from "./until.ts";

const gib = 2 ** 30;
const claimsPath = "/api/v1/namespaces/default/persistentvolumeclaims";
const volumesPath = "/apis/topolvm.io/v1/logicalvolumes";

interface Claim extends KubeObject {
  readonly spec: { volumeName?: string };
}

/** Many nodes with room for so many GiB of ssd each, and one stand-in for all of their agents and for the provisioner. */
export interface Fleet {
  /** The control plane over connections that are kept. */
  readonly plane: ControlPlane;
  /** Nodes that were asked for more than they have, once for each time: what real LVM would have refused. */
  readonly overcommitted: readonly string[];
  stop(): Promise<void>;
}

/** Makes the nodes and gives each claim that names one a LogicalVolume of 3 GiB there, counted as our agents count. */
export async function startFleet(bare: ControlPlane, nodes: readonly string[], freeGib: number): Promise<Fleet> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const api = bare.apiOver(agent);
  const plane: ControlPlane = { ...bare, api };
  await deploy(plane, "crds/logicalvolume.yaml");
  await until("LogicalVolumes are served", async () => {
    await api.list(volumesPath);
    return true;
  });
  await each(nodes, 16, (name) => createNode(plane, name, { ssd: freeGib }));
  const free = new Map(nodes.map((name) => [name, freeGib]));
  const generations = new Map<string, number>();
  const served = new Set<string>();
  /** Generation of the figures that are the first to contain it, by the claim's uid. */
  const onDisk = new Map<string, number>();
  const overcommitted: string[] = [];
  const stopping = new AbortController();

  async function make({ metadata: { name, uid = "", annotations } }: Claim): Promise<void> {
    const node = annotations?.["volume.kubernetes.io/selected-node"] ?? "";
    if (served.has(uid)) return;
    // on disk once, however often the rest is tried
    if (!onDisk.has(uid)) {
      const left = (free.get(node) ?? 0) - 3;
      if (left < 0) {
        served.add(uid);
        return void overcommitted.push(node);
      }
      free.set(node, left);
      onDisk.set(uid, (generations.get(node) ?? 0) + 1);
      generations.set(node, (generations.get(node) ?? 0) + 1);
    }
    const volume = `pvc-${uid}`;
    await once(volumesPath, {
      apiVersion: "topolvm.io/v1",
      kind: "LogicalVolume",
      metadata: { name: volume },
      spec: { name: volume, nodeName: node, size: "3Gi", deviceClass: "ssd" },
    });
    const counted = { generation: onDisk.get(uid), earlierSize: "0" };
    await api.patch(`${volumesPath}/${volume}/status`, { status: { volumeID: uid, currentSize: "3Gi", counted } });
    const room = {
      [capacityAnnotation("ssd")]: String((free.get(node) ?? 0) * gib),
      "topolvm.io/capacity-generation": String(generations.get(node)),
    };
    await api.patch(`/api/v1/nodes/${node}`, { metadata: { annotations: room } });
    await once("/api/v1/persistentvolumes", persistentVolume(volume, node, { name, uid }));
    served.add(uid);
  }

  async function once(path: string, object: object): Promise<void> {
    await api.create(path, object).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
    });
  }

  async function serve(): Promise<void> {
    const claims = await api.list<Claim>(claimsPath);
    const open = claims.filter(
      ({ metadata, spec }) =>
        spec.volumeName === undefined && metadata.annotations?.["volume.kubernetes.io/selected-node"] !== undefined,
    );
    await each(open, 8, make);
  }

  const loop = async () => {
    while (!stopping.signal.aborted) {
      // the API server may be away: what was not done shows as a pod that stays pending
      await serve().catch(() => undefined);
      await wait(200);
    }
  };
  const running = loop();
  return {
    plane,
    overcommitted,
    stop: async () => {
      stopping.abort();
      await running;
      agent.destroy();
    },
  };
}

function persistentVolume(name: string, node: string, claim: { readonly name: string; readonly uid: string }): object {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, annotations: { "pv.kubernetes.io/provisioned-by": "topolvm.io" } },
    spec: {
      capacity: { storage: "3Gi" },
      accessModes: ["ReadWriteOnce"],
      storageClassName: "ssd",
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "default", ...claim },
      csi: { driver: "topolvm.io", volumeHandle: name },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "topology.topolvm.io/node", operator: "In", values: [node] }] },
          ],
        },
      },
    },
  };
}
