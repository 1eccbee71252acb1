import type { KubeObject } from "./api.ts";
import type { ControlPlane } from "./control-plane.ts";
import { until } from "./until.ts";

const driver = "topolvm.io";
const topologyKey = "topology.topolvm.io/node";

/** Annotation of a class's bytes, on nodes and pods. */
export const capacityAnnotation = (deviceClass: string) => `capacity.topolvm.io/${deviceClass}`;

/** Annotations for free room in GiB by class. */
function roomOf(gib: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(gib).map(([deviceClass, size]) => [capacityAnnotation(deviceClass), String(size * 2 ** 30)]),
  );
}

/** Makes a node that is ready and has our driver, but no kubelet. `gib` is its free room by class. */
export async function createNode(
  cluster: ControlPlane,
  name: string,
  gib: Readonly<Record<string, number>>,
): Promise<void> {
  const resources = { cpu: "16", memory: "64Gi", pods: "110" };
  const node = await cluster.api.create("/api/v1/nodes", {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, [topologyKey]: name }, annotations: roomOf(gib) },
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: [{ type: "Ready", status: "True", reason: "Test" }],
    },
  });
  await cluster.api.create("/apis/storage.k8s.io/v1/csinodes", {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSINode",
    metadata: { name, ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid: node.metadata.uid }] },
    spec: { drivers: [{ name: driver, nodeID: name, topologyKeys: [topologyKey] }] },
  });
}

/** Publishes other room on a node, as its agent does. */
export async function setRoom(
  cluster: ControlPlane,
  node: string,
  gib: Readonly<Record<string, number>>,
): Promise<void> {
  await cluster.api.patch(`/api/v1/nodes/${node}`, { metadata: { annotations: roomOf(gib) } });
}

/** Makes the CSIDriver and one StorageClass per device class, called as the class. */
export async function createStorageClasses(cluster: ControlPlane, deviceClasses: readonly string[]): Promise<void> {
  await cluster.api.create("/apis/storage.k8s.io/v1/csidrivers", {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: driver },
    spec: { attachRequired: false, podInfoOnMount: true },
  });
  for (const deviceClass of deviceClasses)
    await cluster.api.create("/apis/storage.k8s.io/v1/storageclasses", {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: deviceClass },
      provisioner: driver,
      parameters: { "topolvm.io/device-class": deviceClass },
      volumeBindingMode: "WaitForFirstConsumer",
    });
}

const claimsPath = "/api/v1/namespaces/default/persistentvolumeclaims";
const podsPath = "/api/v1/namespaces/default/pods";

/** Body of a claim, or of an ephemeral volume's or StatefulSet's template. */
export function claimSpec(storageClass: string, size: string): object {
  return { storageClassName: storageClass, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } } };
}

export function createClaim(
  cluster: ControlPlane,
  name: string,
  storageClass: string,
  size: string,
): Promise<KubeObject> {
  return cluster.api.create(claimsPath, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: claimSpec(storageClass, size),
  });
}

/** A pod manifest that mounts these claims; `spec` is laid over the rest. */
export function podManifest(name: string, claims: readonly string[], spec: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: {
      containers: [{ name: "main", image: "none" }],
      volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
      ...spec,
    },
  };
}

export function createPod(
  cluster: ControlPlane,
  name: string,
  claims: readonly string[],
  spec?: object,
): Promise<KubeObject> {
  return cluster.api.create(podsPath, podManifest(name, claims, spec));
}

export function getPod(cluster: ControlPlane, name: string): Promise<KubeObject> {
  return cluster.api.get(`${podsPath}/${name}`);
}

export function removePod(cluster: ControlPlane, name: string): Promise<void> {
  return cluster.api.remove(`${podsPath}/${name}`);
}

/** The node that the scheduler chose for a claim; undefined where it has not. */
export async function selectedNode(cluster: ControlPlane, claim: string): Promise<string | undefined> {
  const { metadata } = await cluster.api.get(`${claimsPath}/${claim}`);
  return metadata.annotations?.["volume.kubernetes.io/selected-node"];
}

/** An event of the cluster. */
export interface ClusterEvent {
  readonly reason: string;
  readonly message?: string;
  readonly note?: string;
  readonly involvedObject: { readonly name: string };
}

/** Events about a pod. */
export async function eventsOf(cluster: ControlPlane, pod: string): Promise<ClusterEvent[]> {
  return cluster.api.list(`/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3D${pod}`);
}

/** The node that a pod was given, as soon as it was. */
export function nodeOf(cluster: ControlPlane, pod: string, limitMs?: number): Promise<string> {
  return until(
    `pod ${pod} has a node`,
    async () => {
      const { spec } = await getPod(cluster, pod);
      return typeof spec?.nodeName === "string" && spec.nodeName;
    },
    limitMs,
  );
}
