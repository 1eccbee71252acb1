import { Gauge, type Registry } from "prom-client";
import type { ClusterView } from "../cluster/view.ts";

/** Registers the health of a node by the name that topolvm-operator gave it. */
export function registerNodeHealth(registry: Registry, node: string, isReady: () => boolean): void {
  const status = new Gauge({
    name: "topolvm_health_node_status",
    help: "0 where the agent of the node works and publishes its room, 1 where it does not.",
    labelNames: ["node_name"],
    registers: [],
    collect() {
      this.set({ node_name: node }, isReady() ? 0 : 1);
    },
  });
  registry.registerMetric(status);
}

/** Registers the health of a cluster by the name that topolvm-operator gave it; for the one process that leads. */
export function registerClusterHealth(registry: Registry, cluster: string, isWell: () => boolean): void {
  const status = new Gauge({
    name: "topolvm_health_cluster_status",
    help: "0 where the room of every node is known, 1 where that of any is not, or the API server does not answer. Told by the controller that leads.",
    labelNames: ["cluster_name"],
    registers: [],
    collect() {
      this.set({ cluster_name: cluster }, isWell() ? 0 : 1);
    },
  });
  registry.registerMetric(status);
}

/** A view that is older tells nothing of now. */
const staleMs = 60_000;

/** The API server answers, and no node has given up its room. */
export function isClusterWell(view: Pick<ClusterView, "health" | "nodes">): boolean {
  const { synced, ageMs } = view.health();
  if (!synced || ageMs > staleMs) return false;
  return ![...view.nodes()].some(({ isUnavailable }) => isUnavailable);
}
