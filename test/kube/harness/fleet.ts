import { Agent } from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { loadKubeAccess } from "../../../src/kube/load.ts";
import { startReflector } from "../../../src/kube/reflector.ts";
import { isLater } from "../../../src/kube/resource-version.ts";
import { ApiError, type KubeObject } from "./api.ts";
import { deploy } from "./agents.ts";
import { each } from "./each.ts";
import type { ControlPlane } from "./control-plane.ts";
import { capacityAnnotation, createNode } from "./objects.ts";
import { createStandInDisk, type StandInDisk } from "./stand-in-disk.ts";
import { until } from "./until.ts";

const gib = 2 ** 30;
const volumeGib = 3;
const claimsPath = "/api/v1/namespaces/default/persistentvolumeclaims";
const volumesPath = "/apis/topolvm.io/v1/logicalvolumes";
const selectedNode = "volume.kubernetes.io/selected-node";

interface Claim extends KubeObject {
  readonly spec: { volumeName?: string };
}

/** Many nodes with room for so many GiB of ssd each, and one stand-in for all of their agents and for the provisioner. */
export interface Fleet {
  /** The control plane over connections that are kept. */
  readonly plane: ControlPlane;
  /** Nodes that were asked for more than they have, once for each time: what real LVM would have refused. */
  readonly overcommitted: readonly string[];
  /** When each claim was first seen to name a node, by its uid, in milliseconds of `performance.now()`. */
  readonly selectedAt: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

export interface FleetOptions {
  /** Room of each node. */
  readonly freeGib: number;
  /** How long a volume takes; a node makes one after the other. At once by default. */
  readonly lvcreateMs?: number;
}

const observer = { restarted: () => undefined, relisted: () => undefined, skipped: () => undefined };
const ignored = () => undefined;

/**
 * Makes the nodes and gives each claim that names one a LogicalVolume of 3 GiB there, counted and published as our agents do. Where
 * a node has no room left, the claim loses its node, as csi-provisioner does when a driver answers RESOURCE_EXHAUSTED: its pod is scheduled anew.
 */
export async function startFleet(
  bare: ControlPlane,
  nodes: readonly string[],
  { freeGib, lvcreateMs = 0 }: FleetOptions,
): Promise<Fleet> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const api = bare.apiOver(agent);
  const plane: ControlPlane = { ...bare, api };
  await deploy(plane, "crds/logicalvolume.yaml");
  await until("LogicalVolumes are served", async () => {
    await api.list(volumesPath);
    return true;
  });
  await each(nodes, 16, (name) => createNode(plane, name, { ssd: freeGib }));
  const disks = new Map(nodes.map((name) => [name, createStandInDisk(freeGib, lvcreateMs)]));
  const selectedAt = new Map<string, number>();
  /** Claims that have a volume, or get one. */
  const served = new Set<string>();
  /** Versions in which claims lost their nodes, by uid: what is told of before is old. */
  const lostIn = new Map<string, string>();
  const overcommitted: string[] = [];
  const stopping = new AbortController();

  /** Tries until it succeeds, since the API server may be away. */
  async function insist<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (stopping.signal.aborted) throw error;
        await wait(200);
      }
    }
  }

  function once(path: string, object: object): Promise<void> {
    return insist(async () => {
      await api.create(path, object).catch((error: unknown) => {
        if (!(error instanceof ApiError && error.status === 409)) throw error;
      });
    });
  }

  function publish(node: string, disk: StandInDisk): Promise<void> {
    return disk.tell(async () => {
      const annotations = {
        [capacityAnnotation("ssd")]: String(disk.freeGib * gib),
        "topolvm.io/capacity-generation": String(disk.generation),
      };
      await insist(() => api.patch(`/api/v1/nodes/${node}`, { metadata: { annotations } }));
    });
  }

  async function refuse({ metadata: { name, uid = "" } }: Claim, volume: string, node: string): Promise<void> {
    overcommitted.push(node);
    await insist(() => api.remove(`${volumesPath}/${volume}`));
    const lost = { metadata: { annotations: { [selectedNode]: null } } };
    const { metadata } = await insist(() => api.patch(`${claimsPath}/${name}`, lost));
    lostIn.set(uid, metadata.resourceVersion ?? "");
    served.delete(uid);
  }

  async function make(claim: Claim, node: string, disk: StandInDisk): Promise<void> {
    const { name, uid = "" } = claim.metadata;
    const volume = `pvc-${uid}`;
    await once(volumesPath, {
      apiVersion: "topolvm.io/v1",
      kind: "LogicalVolume",
      metadata: { name: volume },
      spec: { name: volume, nodeName: node, size: `${volumeGib}Gi`, deviceClass: "ssd" },
    });
    const generation = await disk.make(uid, volumeGib);
    if (generation === undefined) return refuse(claim, volume, node);
    const status = { volumeID: uid, currentSize: `${volumeGib}Gi`, counted: { generation, earlierSize: "0" } };
    await insist(() => api.patch(`${volumesPath}/${volume}/status`, { status }));
    await publish(node, disk);
    await once("/api/v1/persistentvolumes", persistentVolume(volume, node, { name, uid }));
  }

  function look(claim: Claim): void {
    const { uid = "", annotations, resourceVersion = "" } = claim.metadata;
    const node = annotations?.[selectedNode];
    const disk = disks.get(node ?? "");
    if (node === undefined || disk === undefined || claim.spec.volumeName !== undefined || served.has(uid)) return;
    if (!isLater(resourceVersion, lostIn.get(uid) ?? "0")) return;
    served.add(uid);
    if (!selectedAt.has(uid)) selectedAt.set(uid, performance.now());
    // it fails only where the fleet is stopped meanwhile
    make(claim, node, disk).catch(ignored);
  }

  const access = await loadKubeAccess({ kubeconfig: plane.kubeconfigFor("fleet", plane.adminToken) });
  const reflector = startReflector<Claim>({
    access,
    resource: { name: "persistentvolumeclaims", path: "/api/v1/persistentvolumeclaims", metadataOnly: false },
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
  return {
    plane,
    overcommitted,
    selectedAt,
    stop: async () => {
      stopping.abort();
      await reflector.close();
      await access.close();
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
      capacity: { storage: `${volumeGib}Gi` },
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
