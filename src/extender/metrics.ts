import { Counter, Histogram, type Registry } from "prom-client";
import type { Outcome } from "./outcome.ts";

export type Verb = "filter" | "prioritize";

/** Counts and times answers. */
export type Observe = (verb: Verb, outcome: Outcome, durationMs: number) => void;

/** The extender's metrics, in `registry`. */
export function createMetrics(registry: Registry): Observe {
  const duration = new Histogram({
    name: "nativestor_extender_duration_seconds",
    help: "Time from the head of a scheduler's request to the end of its answer, by verb.",
    labelNames: ["verb"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const answers = new Counter({
    name: "nativestor_extender_answers_total",
    help: "Answers to the scheduler by verb and reason: answered, no-demand, what stood against most nodes where none fits, or what was wrong.",
    labelNames: ["verb", "reason"],
    registers: [registry],
  });
  return (verb, outcome, durationMs) => {
    duration.observe({ verb }, durationMs / 1000);
    answers.inc({ verb, reason: outcome });
  };
}
