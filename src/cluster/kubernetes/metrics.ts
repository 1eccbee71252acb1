import { Counter, Gauge, type Registry } from "prom-client";
import type { ReflectorObserver } from "../../kube/reflector.ts";

/** What the metrics show of a view. */
export interface ViewGauges {
  ageMs(): number;
  /** Objects held, by resource. */
  objects(): Readonly<Record<string, number>>;
}

/** Counts what the reflector of a resource meets. */
export type ObserverOf = (resource: string) => ReflectorObserver;

/** Registers the view's metrics; the gauges are read when they are collected. */
export function registerViewMetrics(registry: Registry, view: ViewGauges): ObserverOf {
  const registers = [registry];
  const labelNames = ["resource"] as const;
  const restarts = new Counter({
    name: "nativestor_watch_restarts_total",
    help: "Watches of the API server that broke and were begun again.",
    labelNames,
    registers,
  });
  const relists = new Counter({
    name: "nativestor_relists_total",
    help: "Collections that were listed again because the history to follow was gone.",
    labelNames,
    registers,
  });
  const skipped = new Counter({
    name: "nativestor_skipped_objects_total",
    help: "Objects that were left out of the view because they could not be read.",
    labelNames,
    registers,
  });
  registerGauges(registry, view);
  return (resource) => ({
    restarted: () => restarts.inc({ resource }),
    relisted: () => relists.inc({ resource }),
    skipped: () => skipped.inc({ resource }),
  });
}

/** Without a registry nothing is counted. */
export const countNothing: ObserverOf = () => ({
  restarted: () => undefined,
  relisted: () => undefined,
  skipped: () => undefined,
});

function registerGauges(registry: Registry, view: ViewGauges): void {
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
