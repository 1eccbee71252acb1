import { Gauge, type Registry } from "prom-client";

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
