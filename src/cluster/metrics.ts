import { Gauge, type Registry } from "prom-client";
import type { NodeFacts } from "./view.ts";

/** What the metrics show of a view. */
export interface ViewGauges {
  ageMs(): number;
  nodes(): Iterable<NodeFacts>;
  /** Objects held, by resource. */
  objects(): Readonly<Record<string, number>>;
}

/** Registers the gauges of a view; they are read when they are collected. */
export function registerViewGauges(registry: Registry, view: ViewGauges): void {
  const registers: Registry[] = [];
  const age = new Gauge({
    name: "nativestor_view_age_seconds",
    help: "Time since the source last confirmed what the view holds; +Inf before the first time.",
    registers,
    collect() {
      this.set(view.ageMs() / 1000);
    },
  });
  const held = new Gauge({
    name: "nativestor_view_objects",
    help: "Objects that the view holds.",
    labelNames: ["resource"],
    registers,
    collect() {
      for (const [resource, count] of Object.entries(view.objects())) this.set({ resource }, count);
    },
  });
  const publishing = new Gauge({
    name: "nativestor_nodes_with_room",
    help: "Nodes that say how much room they have, full ones included.",
    registers,
    collect() {
      this.set([...view.nodes()].filter(({ supply }) => supply.freeBytes.size > 0).length);
    },
  });
  registry.registerMetric(age);
  registry.registerMetric(publishing);
  registry.registerMetric(held);
}
