import { Histogram, type Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import type { MeasureStep } from "../../base/measure.ts";

/** Tells `registry` how long the steps took of which making, showing, growing and removing a volume are made. */
export function stepSeconds(registry: Registry, clock: Clock): MeasureStep {
  const seconds = new Histogram({
    name: "nativestor_provisioning_step_seconds",
    help: "Time that the steps of making, showing, growing and removing volumes took, by step and result: done or failed.",
    labelNames: ["step", "result"],
    buckets: [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [registry],
  });
  return async (step, work) => {
    const startMs = clock.monotonic();
    let result = "failed";
    try {
      const done = await work();
      result = "done";
      return done;
    } finally {
      seconds.observe({ step, result }, (clock.monotonic() - startMs) / 1000);
    }
  };
}
