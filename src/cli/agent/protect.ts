import type { Clock } from "../../base/clock.ts";
import { makeshiftPair } from "../../certs/makeshift.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { createReviewer } from "../../kube/review.ts";
import type { SecureMetrics } from "../../lvmd/metrics/serve.ts";
import { bearerOf } from "../../server/readers.ts";

/** As the metrics of Kubernetes' own parts are: with a certificate of the process's own making, to tokens whose owner may get them. */
export function protectMetrics(access: KubeAccess, clock: Clock): SecureMetrics {
  const reviewer = createReviewer(access, clock);
  return {
    // an agent is replaced long before
    pair: makeshiftPair(clock, 3650),
    refuse: async (headers) => {
      const token = bearerOf(headers);
      if (token === undefined) return { status: 401, reason: "a token is required" };
      const verdict = await reviewer.review(token, "/metrics");
      return verdict.allowed ? undefined : verdict;
    },
  };
}
