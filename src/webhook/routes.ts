import type { FastifyPluginCallback } from "fastify";
import { NativestorError } from "../base/errors.ts";
import { type Answer, answerToError, encodeAnswer, httpStatus } from "./answer.ts";
import { logAnswer, logMalformed } from "./journal.ts";
import { type Result, type Verb, createWebhookMetrics } from "./metrics.ts";
import { rememberOffers } from "./offers.ts";
import type { AdmissionDeps, WebhookDeps } from "./options.ts";
import { admitPod } from "./pod/admit.ts";
import { type Review, readReview } from "./review.ts";
import { admitClaim } from "./validate/claim.ts";
import { admitStorageClass } from "./validate/storage-class.ts";

type Admit = (review: Review, deps: AdmissionDeps) => Promise<Answer>;

const routes: readonly { path: string; verb: Verb; admit: Admit }[] = [
  { path: "/pod/mutate", verb: "pod-mutate", admit: admitPod },
  { path: "/pvc/validate", verb: "pvc-validate", admit: admitClaim },
  { path: "/storageclass/validate", verb: "storageclass-validate", admit: admitStorageClass },
];

/**
 * The admission webhooks as a fastify plugin. A body that is no AdmissionReview is answered with 400 and `{ error, message }`; a
 * review is answered with a review, with status 500 where nobody can tell, so that the failurePolicy decides.
 */
export function webhookRoutes(deps: WebhookDeps): FastifyPluginCallback {
  return (app, _options, done) => {
    const metrics = createWebhookMetrics(deps.registry);
    const { offerFor, close } = rememberOffers(deps.view);
    const remembering = { ...deps, offerFor };
    app.addHook("onClose", async () => close());
    for (const { path, verb, admit } of routes) {
      app.post(path, async (request, reply) => {
        const start = performance.now();
        const { status, body, result } = await respond(verb, admit, request.body, remembering);
        metrics.answered(verb, result, (performance.now() - start) / 1000);
        return reply.code(status).send(body);
      });
    }
    done();
  };
}

async function respond(
  verb: Verb,
  admit: Admit,
  body: unknown,
  deps: WebhookDeps,
): Promise<{ status: number; body: object; result: Result }> {
  let review: Review;
  try {
    review = readReview(body);
  } catch (error) {
    const { message } = NativestorError.from(error);
    logMalformed(deps.log, verb, message);
    return { status: 400, body: { error: "Bad Request", message }, result: "malformed" };
  }
  const answer = await admit(review, deps).catch(answerToError);
  logAnswer(deps.log, verb, review, answer);
  return { status: httpStatus(answer), body: encodeAnswer(review, answer), result: resultOf(answer) };
}

function resultOf(answer: Answer): Result {
  if (answer.kind !== "allowed") return answer.kind;
  if (answer.warnings.length > 0) return "warned";
  return answer.patch.length > 0 ? "patched" : "allowed";
}
