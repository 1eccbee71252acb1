import { NativestorError } from "../base/errors.ts";
import type { PatchOperation } from "./pod/patch.ts";
import type { Review } from "./review.ts";

/** What is answered to a review. */
export type Answer =
  | { readonly kind: "allowed"; readonly patch: readonly PatchOperation[]; readonly warnings: readonly string[] }
  /** `code` is an HTTP status: 403 for what is refused, 400 for what cannot be read. */
  | { readonly kind: "denied"; readonly code: number; readonly message: string }
  /** Nobody can tell now. */
  | { readonly kind: "failed"; readonly message: string };

/** Lets an object pass. */
export function allowed(warnings: readonly string[] = [], patch: readonly PatchOperation[] = []): Answer {
  return { kind: "allowed", patch, warnings };
}

/** Refuses an object for what it asks. */
export function refused(message: string): Answer {
  return { kind: "denied", code: 403, message };
}

/** What an error says about the object: one that cannot be read is denied, all else leaves the question open. */
export function answerToError(caught: unknown): Answer {
  const { code, message } = NativestorError.from(caught);
  return code === "invalid-argument" ? { kind: "denied", code: 400, message } : { kind: "failed", message };
}

/**
 * HTTP status of an answer. The API server takes each review that comes with 200 as a decision, a denial also where its
 * code is 500; only a call that failed is left to the webhook's failurePolicy.
 */
export function httpStatus(answer: Answer): number {
  return answer.kind === "failed" ? 500 : 200;
}

/** The AdmissionReview that carries an answer. Source: k8s.io/api/admission/v1, AdmissionResponse. */
export function encodeAnswer(review: Review, answer: Answer): object {
  return { apiVersion: review.apiVersion, kind: "AdmissionReview", response: { uid: review.uid, ...encode(answer) } };
}

function encode(answer: Answer): object {
  switch (answer.kind) {
    case "allowed":
      return {
        allowed: true,
        ...(answer.patch.length === 0 ? {} : { patchType: "JSONPatch", patch: encodePatch(answer.patch) }),
        ...(answer.warnings.length === 0 ? {} : { warnings: answer.warnings }),
      };
    case "denied":
      return denial(answer.code, answer.code === 400 ? "BadRequest" : "Forbidden", answer.message);
    case "failed":
      return denial(500, "InternalError", answer.message);
  }
}

function denial(code: number, reason: string, message: string): object {
  return { allowed: false, status: { status: "Failure", reason, message, code } };
}

function encodePatch(patch: readonly PatchOperation[]): string {
  return Buffer.from(JSON.stringify(patch)).toString("base64");
}
