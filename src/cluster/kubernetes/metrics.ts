import { Counter, type Registry } from "prom-client";
import type { ReflectorObserver } from "../../kube/reflector.ts";

/** Counts what the reflector of a resource meets. */
export type ObserverOf = (resource: string) => ReflectorObserver;

/** Counters of what the watches meet, in `registry`; those of one process are the same, whoever asks. */
export function registerWatchCounters(registry: Registry): ObserverOf {
  const counter = (name: string, help: string) =>
    (registry.getSingleMetric(name) as Counter<"resource"> | undefined) ??
    new Counter({ name, help, labelNames: ["resource"], registers: [registry] });
  const restarts = counter(
    "nativestor_watch_restarts_total",
    "Watches of the API server that broke and were begun again.",
  );
  const relists = counter(
    "nativestor_relists_total",
    "Collections that were listed again because the history to follow was gone.",
  );
  const skipped = counter(
    "nativestor_skipped_objects_total",
    "Objects that were left out of the view because they could not be read.",
  );
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
