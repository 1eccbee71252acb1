import { Histogram, type Registry } from "prom-client";
import type { ObserveCommand } from "../lvm/run/measured.ts";

const name = "nativestor_lvm_command_seconds";

/** Tells `registry` of lvm's commands; the histogram is made where it is not there yet. */
export function commandMetrics(registry: Registry): ObserveCommand {
  const seconds =
    (registry.getSingleMetric(name) as Histogram<"command" | "result"> | undefined) ??
    new Histogram({
      name,
      help: "Time that lvm commands took, by command and result: done, failed, or unknown where lvm ended without telling.",
      labelNames: ["command", "result"],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers: [registry],
    });
  return (command, result, tookMs) => seconds.observe({ command, result }, tookMs / 1000);
}
