import { NativestorError } from "../base/errors.ts";
import { type Fields, fieldsAt, textAt } from "../cluster/objects/fields.ts";

/** Versions of the AdmissionReview that are answered; both have the same fields. */
const apiVersions = ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"];
const kind = "AdmissionReview";

/** What is looked at of an AdmissionReview's request. Source: k8s.io/api/admission/v1. */
export interface Review {
  /** The answer is in the version that was asked in. */
  readonly apiVersion: string;
  readonly uid: string;
  /** CREATE, UPDATE, DELETE or CONNECT. */
  readonly operation: string;
  /** Kind of the object; empty where the sender does not tell. */
  readonly objectKind: string;
  /** Empty for what belongs to no namespace. */
  readonly namespace: string;
  /** Empty where the API server has still to make one up. */
  readonly name: string;
  /** As it came, unchecked. */
  readonly object: unknown;
  /** The object before an UPDATE. */
  readonly oldObject: unknown;
}

/**
 * Reads an AdmissionReview.
 * @throws NativestorError `invalid-argument` naming the field, when it is none
 */
export function readReview(body: unknown): Review {
  const review = fieldsAt(body, "the AdmissionReview");
  if (review.request == null) throw wrong("request is missing: the body has to be an AdmissionReview");
  const apiVersion = oneOf(review.apiVersion, "apiVersion", apiVersions);
  oneOf(review.kind, "kind", [kind]);
  const request = fieldsAt(review.request, "request");
  const uid = textAt(request.uid, "request.uid") ?? "";
  if (uid === "") throw wrong("request.uid is missing");
  return {
    apiVersion,
    uid,
    // who leaves it out asks about an object to be made
    operation: textAt(request.operation, "request.operation") || "CREATE",
    objectKind: textAt(fieldsAt(request.kind, "request.kind").kind, "request.kind.kind") ?? "",
    namespace: textAt(request.namespace, "request.namespace") ?? "",
    name: textAt(request.name, "request.name") ?? "",
    object: request.object,
    oldObject: request.oldObject,
  };
}

/**
 * The object of a review that makes or changes one.
 * @throws NativestorError `invalid-argument` when there is none
 */
export function objectOf(review: Review): Fields {
  if (review.object == null) throw wrong("request.object is missing");
  return fieldsAt(review.object, "request.object");
}

/** Whether a review is about an object of this kind, as far as its sender tells. */
export function isAbout(review: Review, objectKind: string): boolean {
  return review.objectKind === "" || review.objectKind === objectKind;
}

// an absent value reads as the first one, as controller-runtime reads it
function oneOf(value: unknown, field: string, known: readonly string[]): string {
  const text = textAt(value, field) || (known[0] ?? "");
  if (!known.includes(text)) throw wrong(`${field} is ${known.join(" or ")}, not ${JSON.stringify(text.slice(0, 80))}`);
  return text;
}

function wrong(message: string): NativestorError {
  return new NativestorError("invalid-argument", message);
}
