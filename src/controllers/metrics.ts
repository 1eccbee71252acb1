import { Gauge, Histogram, type Registry } from "prom-client";
import type { QueueOptions } from "../kube/queue.ts";

/** What the work queues of controllers tell, by queue. */
export type WorkMetrics = (queue: string) => Pick<QueueOptions, "observe" | "observeDepth">;

/** The metrics in `registry`, made where it is not there yet. */
export function workMetrics(registry: Registry): WorkMetrics {
  const name = "nativestor_work_seconds";
  const seconds =
    (registry.getSingleMetric(name) as Histogram<"queue" | "result"> | undefined) ??
    new Histogram({
      name,
      help: "Time that controllers worked on one object, by queue and result; what failed comes again.",
      labelNames: ["queue", "result"],
      buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers: [registry],
    });
  const depthName = "nativestor_work_queue_depth";
  const depth =
    (registry.getSingleMetric(depthName) as Gauge<"queue"> | undefined) ??
    new Gauge({
      name: depthName,
      help: "Objects that wait for a controller's worker, by queue; those that wait after a failure are not among them.",
      labelNames: ["queue"],
      registers: [registry],
    });
  return (queue) => {
    depth.set({ queue }, 0);
    return {
      observe: (result, tookMs) => seconds.observe({ queue, result }, tookMs / 1000),
      observeDepth: (queued) => depth.set({ queue }, queued),
    };
  };
}
