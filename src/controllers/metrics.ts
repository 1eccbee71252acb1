import { Histogram, type Registry } from "prom-client";
import type { ObserveWork } from "../kube/queue.ts";

/** What the work queues of controllers tell, by queue. */
export type WorkMetrics = (queue: string) => ObserveWork;

/** The histogram in `registry`, made where it is not there yet. */
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
  return (queue) => (result, tookMs) => seconds.observe({ queue, result }, tookMs / 1000);
}
