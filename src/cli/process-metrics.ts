import { collectDefaultMetrics, type Registry } from "prom-client";

/** Gauges whose names say that they are counters; the same is told as nodejs_active_handles and so on, by type. */
const misnamed = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** Registers what Node tells of the process: processor time, memory, event loop, garbage collection. */
export function registerProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
}
