import { Counter, Histogram, type Registry } from "prom-client";

/** What is decided on, as it is named in metrics and logs. */
const verbs = ["pod-mutate", "pvc-validate", "storageclass-validate"] as const;
export type Verb = (typeof verbs)[number];

/** How a request came out. */
const results = ["allowed", "patched", "warned", "denied", "failed", "malformed"] as const;
export type Result = (typeof results)[number];

export interface WebhookMetrics {
  /** Counts an answer that took so long. */
  answered(verb: Verb, result: Result, seconds: number): void;
}

// admission is to be well below the second that the API server's users feel
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 10];

/** Makes the webhook's metrics; those of every verb and result are there from the start, as 0. */
export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const duration = new Histogram({
    name: "nativestor_webhook_duration_seconds",
    help: "Time to answer an admission review, by verb.",
    labelNames: ["verb"] as const,
    buckets,
    registers: [registry],
  });
  const answers = new Counter({
    name: "nativestor_webhook_answers_total",
    help: "Answers to admission reviews, by verb and result.",
    labelNames: ["verb", "result"] as const,
    registers: [registry],
  });
  for (const verb of verbs) {
    duration.zero({ verb });
    for (const result of results) answers.inc({ verb, result }, 0);
  }
  return {
    answered: (verb, result, seconds) => {
      duration.observe({ verb }, seconds);
      answers.inc({ verb, result });
    },
  };
}
