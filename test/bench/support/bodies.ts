import { currentNames } from "../../../src/capacity/names.ts";
import { gibibyte } from "../../support/fake-view.ts";
import { type Random, seededRandom } from "../../fuzz/random.ts";
import {
  type ClusterSize,
  freeOn,
  managedFields,
  namesOf,
  nodeNames,
  podFor,
  type Share,
  usualSize,
} from "./cluster.ts";

/** Enough that nobody gains by remembering one. */
const orders = 32;

/**
 * Requests with names, as kube-scheduler writes them: the nodes that passed its own filters, which run side by side, so that
 * the order is another one each time.
 */
export function namesBodies(share: Share, size: ClusterSize = usualSize): string[] {
  const pod = podFor(share, true);
  const names = namesOf(size);
  return Array.from({ length: orders }, (_, nth) => {
    return JSON.stringify({ Pod: pod, Nodes: null, NodeNames: jumbled(names, seededRandom(nth + 1)) });
  });
}

function jumbled(names: readonly string[], random: Random): string[] {
  const all = [...names];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all;
}

/** A scheduler's request with all nodes in full, 57 MB. */
export function fullNodesBody(share: Share): string {
  return JSON.stringify({
    Pod: podFor(share, true),
    Nodes: { metadata: {}, items: nodeNames.map(fullNode) },
    NodeNames: null,
  });
}

/** A review of a pod to be made. */
export function reviewBody(share: Share): string {
  return JSON.stringify({
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid: "0d9b3a52-6a7e-4b44-8d55-0c2f3a1f6c1d",
      kind: { group: "", version: "v1", kind: "Pod" },
      resource: { group: "", version: "v1", resource: "pods" },
      name: "db-0",
      namespace: "default",
      operation: "CREATE",
      userInfo: {
        username: "system:serviceaccount:kube-system:statefulset-controller",
        groups: ["system:authenticated"],
      },
      object: podFor(share, false),
      oldObject: null,
      dryRun: false,
    },
  });
}

// most of a node is the list of images on it; 11.4 kB in all
function fullNode(name: string, at: number): object {
  const { ssd, hdd } = freeOn(at);
  return {
    metadata: {
      name,
      uid: `6f1e2d3c-0000-4000-8000-${String(at).padStart(12, "0")}`,
      labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": `zone-${at % 3}` },
      annotations: {
        [`${currentNames.capacityPrefix}ssd`]: String(BigInt(ssd) * gibibyte),
        [`${currentNames.capacityPrefix}hdd`]: String(BigInt(hdd) * gibibyte),
      },
      managedFields: managedFields("f:status", 50),
    },
    spec: { podCIDR: "10.0.0.0/24", providerID: `example://zone/${name}` },
    status: {
      capacity: { cpu: "64", memory: "263856940Ki", pods: "110" },
      allocatable: { cpu: "63500m", memory: "258613580Ki", pods: "110" },
      conditions: ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"].map((type) => ({
        type,
        status: type === "Ready" ? "True" : "False",
        lastHeartbeatTime: "2026-01-01T00:00:00Z",
        message: "kubelet has reported it so",
      })),
      images: Array.from({ length: 43 }, (_, nth) => ({
        names: [
          `registry.example.com/team/service-${nth}@sha256:${"0123456789abcdef".repeat(4)}`,
          `registry.example.com/team/service-${nth}:1.${nth}.0`,
        ],
        sizeBytes: 100_000_000 + nth,
      })),
    },
  };
}
