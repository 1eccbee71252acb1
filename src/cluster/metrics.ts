import { Gauge, type Registry } from "prom-client";

/** What the metrics show of a view. */
export interface ViewGauges {
  ageMs(): number;
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
  registry.registerMetric(age);
  registry.registerMetric(held);
}
