import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** What the daemon tells about itself. Several daemons of one process may share a registry; their figures add up. */
export interface LvmdMetrics {
  /** How long calls took, by `method` and gRPC `code`. */
  readonly requestSeconds: Histogram<"method" | "code">;
  /** Open Watch streams. */
  readonly watchers: Gauge;
  /** Attempts to take over a changed configuration file, by `result`: success, failure. */
  readonly reloads: Counter<"result">;
}

/** The metrics in `registry`, made where they are not there yet. */
export function lvmdMetrics(registry: Registry): LvmdMetrics {
  const registers = [registry];
  return {
    requestSeconds:
      (registry.getSingleMetric("nativestor_lvmd_request_seconds") as Histogram<"method" | "code"> | undefined) ??
      new Histogram({
        name: "nativestor_lvmd_request_seconds",
        help: "Time that calls to lvmd took, by method and gRPC code. Streams count when they end.",
        labelNames: ["method", "code"],
        buckets: [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
        registers,
      }),
    watchers:
      (registry.getSingleMetric("nativestor_lvmd_watchers") as Gauge | undefined) ??
      new Gauge({ name: "nativestor_lvmd_watchers", help: "Open Watch streams of lvmd.", registers }),
    reloads:
      (registry.getSingleMetric("nativestor_lvmd_config_reloads_total") as Counter<"result"> | undefined) ??
      new Counter({
        name: "nativestor_lvmd_config_reloads_total",
        help: "Attempts to take over a changed configuration file, by result: success, failure.",
        labelNames: ["result"],
        registers,
      }),
  };
}
