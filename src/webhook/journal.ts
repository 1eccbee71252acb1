import type { Logger } from "../base/log.ts";
import type { Answer } from "./answer.ts";
import type { Verb } from "./metrics.ts";
import type { Review } from "./review.ts";

/** Longest name that a log line repeats; Kubernetes takes no longer ones. */
const maxName = 253;

/** One line for each decision: at debug where the object passes, at info where it is refused, at warn where nobody could tell. */
export function logAnswer(log: Logger, verb: Verb, review: Review, answer: Answer): void {
  switch (answer.kind) {
    case "allowed":
      if (log.isLevelEnabled("debug"))
        log.debug({ ...about(verb, review), patch: answer.patch, warnings: answer.warnings }, "admitted");
      return;
    case "denied":
      log.info({ ...about(verb, review), code: answer.code, reason: answer.message }, "refused");
      return;
    case "failed":
      log.warn({ ...about(verb, review), reason: answer.message }, "could not decide");
  }
}

/** One line for a request that is no AdmissionReview. */
export function logMalformed(log: Logger, verb: Verb, reason: string): void {
  log.info({ verb, reason }, "refused what is no AdmissionReview");
}

function about(verb: Verb, review: Review): object {
  const { uid, operation, namespace, name } = review;
  const short = (text: string) => text.slice(0, maxName);
  return { verb, uid: short(uid), operation: short(operation), namespace: short(namespace), name: short(name) };
}
