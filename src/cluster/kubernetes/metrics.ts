import { Counter, type Registry } from "prom-client";
import type { ReflectorObserver } from "../../kube/reflector.ts";

/** Counts what the reflector of a resource meets. */
export type ObserverOf = (resource: string) => ReflectorObserver;

/** Registers counters of what the watches meet. */
export function registerWatchCounters(registry: Registry): ObserverOf {
  const shared = { labelNames: ["resource"] as const, registers: [registry] };
  const restarts = new Counter({
    name: "nativestor_watch_restarts_total",
    help: "Watches of the API server that broke and were begun again.",
    ...shared,
  });
  const relists = new Counter({
    name: "nativestor_relists_total",
    help: "Collections that were listed again because the history to follow was gone.",
    ...shared,
  });
  const skipped = new Counter({
    name: "nativestor_skipped_objects_total",
    help: "Objects that were left out of the view because they could not be read.",
    ...shared,
  });
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
