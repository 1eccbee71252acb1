import { currentNames } from "../../src/capacity/names.ts";
import {
  claimFacts,
  createFakeView,
  type FakeView,
  gibibyte,
  roomOf,
  storageClassFacts,
} from "../support/fake-view.ts";

/** A request as a real sender makes it, to be mutated. */
export interface Seed {
  readonly path: "/filter" | "/predicate" | "/prioritize" | "/pod/mutate" | "/pvc/validate" | "/storageclass/validate";
  readonly body: unknown;
}

/** The cluster that the seeds speak of. */
export function fuzzView(): FakeView {
  const view = createFakeView();
  view.setNode("node-a", roomOf({ ssd: 100, hdd: 1000, "00default": 100 }));
  view.setNode("node-b", roomOf({ ssd: 5 }));
  view.setNode("node-c", roomOf({ hdd: 50 }));
  view.setStorageClass(storageClassFacts("fast", "ssd"));
  view.setStorageClass(storageClassFacts("slow", "hdd"));
  view.setClaim(claimFacts("data", { storageClass: "fast", requestBytes: 10n * gibibyte }));
  view.setClaim(claimFacts("logs", { storageClass: "slow", requestBytes: 20n * gibibyte }));
  return view;
}

const annotations = {
  [`${currentNames.capacityPrefix}ssd`]: String(10n * gibibyte),
  [`${currentNames.capacityPrefix}hdd`]: String(20n * gibibyte),
};

const volumes = [
  { name: "data", persistentVolumeClaim: { claimName: "data" } },
  { name: "logs", persistentVolumeClaim: { claimName: "logs" } },
];
const scratch = {
  name: "scratch",
  ephemeral: {
    volumeClaimTemplate: {
      metadata: { labels: { app: "db" } },
      spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "3Gi" } } },
    },
  },
};

function pod(extra: object, spec: object) {
  const marker = { [currentNames.marker]: "1" };
  const resources = { requests: { cpu: "100m", ...marker }, limits: marker };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "db-0", namespace: "default", uid: "1f0c", labels: { app: "db" }, ...extra },
    spec: { containers: [{ name: "db", image: "db:1", resources }], ...spec },
  };
}

function node(name: string, ssd: bigint) {
  return {
    metadata: { name, uid: name, annotations: { [`${currentNames.capacityPrefix}ssd`]: String(ssd), other: "x" } },
    spec: { podCIDR: "10.0.0.0/24", taints: [] },
    status: { capacity: { cpu: "8", memory: "32Gi" }, conditions: [{ type: "Ready", status: "True" }] },
  };
}

const annotated = pod({ annotations }, { volumes });
const bare = pod({}, { volumes: [...volumes, scratch] });
const names = ["node-a", "node-b", "node-c", "node-x"];
const nodes = {
  metadata: {},
  items: [node("node-a", gibibyte), node("node-x", 50n * gibibyte), node("node-y", gibibyte)],
};

function review(kind: string, object: unknown, request: object = {}) {
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: "7a2",
      kind: { group: "", version: "v1", kind },
      operation: "CREATE",
      namespace: "default",
      object,
      ...request,
    },
  };
}

const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "new", namespace: "default" },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "500Gi" } } },
};
const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "made" },
  provisioner: currentNames.driver,
  parameters: { [currentNames.deviceClassParameter]: "ssd", "csi.storage.k8s.io/fstype": "xfs" },
};

export const seeds: readonly Seed[] = [
  { path: "/filter", body: { Pod: annotated, Nodes: null, NodeNames: names } },
  { path: "/predicate", body: { pod: bare, nodenames: names } },
  { path: "/predicate", body: { pod: annotated, nodes } },
  { path: "/filter", body: { Pod: bare, Nodes: nodes, NodeNames: null } },
  { path: "/prioritize", body: { Pod: annotated, Nodes: null, NodeNames: names } },
  { path: "/prioritize", body: { pod: annotated, nodes } },
  { path: "/pod/mutate", body: review("Pod", bare) },
  {
    path: "/pod/mutate",
    body: { ...review("Pod", pod({ namespace: undefined }, { volumes })), apiVersion: "admission.k8s.io/v1beta1" },
  },
  { path: "/pvc/validate", body: review("PersistentVolumeClaim", claim) },
  { path: "/pvc/validate", body: review("PersistentVolumeClaim", claim, { operation: "UPDATE", oldObject: claim }) },
  { path: "/storageclass/validate", body: review("StorageClass", storageClass) },
];
