import { Counter, Gauge, type Registry } from "prom-client";

/** What collectors tell. */
export interface OrphanMetrics {
  /** Orphans whose grace time is over, by `kind`. */
  readonly found: Gauge<"kind">;
  readonly removed: Counter<"kind">;
}

export function orphanMetrics(registry: Registry): OrphanMetrics {
  const shared = { labelNames: ["kind"] as const, registers: [registry] };
  return {
    found: new Gauge({
      name: "nativestor_orphans",
      help: "Volumes that nobody wants any more, as far as can be seen, for longer than the grace time.",
      ...shared,
    }),
    removed: new Counter({
      name: "nativestor_orphans_removed_total",
      help: "Such volumes that were removed, where that is configured.",
      ...shared,
    }),
  };
}
