import { currentNames } from "../../../src/capacity/names.ts";
import type { Traces } from "../../../src/cluster/traces.ts";
import {
  claimFacts,
  createFakeView,
  type FakeView,
  gibibyte,
  roomOf,
  storageClassFacts,
} from "../../support/fake-view.ts";

/** What a cluster is made of. */
export interface ClusterSize {
  readonly nodes: number;
  /** Claims whose node is chosen and whose volumes have still to be made, each on another node. */
  readonly holds: number;
}

/** As many nodes as Kubernetes supports. */
export const usualSize: ClusterSize = { nodes: 5000, holds: 0 };

export function namesOf({ nodes }: ClusterSize): string[] {
  return Array.from({ length: nodes }, (_, at) => `node-${String(at).padStart(4, "0")}`);
}

export const nodeNames: readonly string[] = namesOf(usualSize);

/** How many nodes can hold a pod. */
export type Share = "all" | "half" | "few" | "none";

/** Sizes of the pod's two claims, in GiB. Each node has 100 to 1,099 GiB of the class ssd and 10,000 of hdd. */
const ssdGibibytes: Record<Share, number> = { all: 50, half: 600, few: 1099, none: 5000 };
const hddGibibytes = 100;

/** A cluster of nodes with two classes, and the claims that the pods below mount. */
export function benchView(size: ClusterSize): FakeView {
  const view = createFakeView();
  for (const [at, name] of namesOf(size).entries()) view.setNode(name, roomOf(freeOn(at)));
  view.setStorageClass(storageClassFacts("fast", "ssd"));
  view.setStorageClass(storageClassFacts("slow", "hdd"));
  for (const share of Object.keys(ssdGibibytes) as Share[]) {
    view.setClaim(
      claimFacts(`data-${share}`, { storageClass: "fast", requestBytes: BigInt(ssdGibibytes[share]) * gibibyte }),
    );
    view.setClaim(claimFacts(`logs-${share}`, { storageClass: "slow", requestBytes: BigInt(hddGibibytes) * gibibyte }));
  }
  return view;
}

/** What is seen of the promises of such a cluster: claims of a GiB each that name a node. */
export function benchTraces(size: ClusterSize): Traces {
  const names = namesOf(size);
  const claims = Array.from({ length: size.holds }, (_, at) =>
    claimFacts(`held-${at}`, { storageClass: "fast", uid: `uid-${at}`, selectedNode: names[at % names.length]! }),
  );
  return {
    claims: () => claims,
    volumes: () => [],
    hasVolumes: () => true,
    isFollowing: () => true,
    whenSynced: async () => {},
    listen: () => () => {},
  };
}

/** Free GiB of a node; neighbours differ, so that those with room are strewn over the list. */
export function freeOn(at: number): { ssd: number; hdd: number } {
  return { ssd: 100 + ((at * 617) % 1000), hdd: 10_000 };
}

/** A pod as the API server stores it, of 4 kB, with claims that so many nodes can hold. */
export function podFor(share: Share, isAnnotated: boolean): object {
  const annotations = isAnnotated
    ? {
        [`${currentNames.capacityPrefix}ssd`]: String(BigInt(ssdGibibytes[share]) * gibibyte),
        [`${currentNames.capacityPrefix}hdd`]: String(BigInt(hddGibibytes) * gibibyte),
      }
    : {};
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "db-0",
      namespace: "default",
      uid: "3f7d1c0e-8e1b-4a55-9f0e-0b7d7a0f2f11",
      labels: { app: "db", "apps.kubernetes.io/pod-index": "0", "controller-revision-hash": "db-6f9c7b5d4" },
      annotations,
      managedFields: managedFields("f:spec", 40),
    },
    spec: {
      containers: [0, 1].map((at) => ({
        name: `main-${at}`,
        image: "registry.example.com/team/database:16.2",
        env: Array.from({ length: 12 }, (_, nth) => ({ name: `SETTING_${nth}`, value: `value of setting ${nth}` })),
        resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { memory: "2Gi" } },
        volumeMounts: ["data", "logs"].map((name) => ({ name, mountPath: `/var/lib/${name}` })),
      })),
      volumes: [
        ...["data", "logs"].map((name) => ({ name, persistentVolumeClaim: { claimName: `${name}-${share}` } })),
        {
          name: "token",
          projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: 3607 } }] },
        },
      ],
      tolerations: [{ key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" }],
    },
    status: { phase: "Pending", qosClass: "Burstable" },
  };
}

/** A managedFields list, which makes up much of a real object. */
export function managedFields(under: string, count: number): object[] {
  const fields = Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`f:field-number-${at}`, { ".": {}, "f:x": {} }]),
  );
  return [
    {
      manager: "kube-controller-manager",
      operation: "Update",
      apiVersion: "v1",
      time: "2026-01-01T00:00:00Z",
      fieldsType: "FieldsV1",
      fieldsV1: { [under]: fields },
    },
  ];
}
