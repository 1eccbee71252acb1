import type { Review } from "../../src/webhook/review.ts";

/** A review as the API server sends it, as JSON. */
export function reviewJson(object: unknown, request: object = {}): Record<string, unknown> {
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: { uid: "u-1", operation: "CREATE", namespace: "default", object, ...request },
  };
}

/** The same, read. */
export function reviewOf(object: unknown, review: Partial<Review> = {}): Review {
  return {
    apiVersion: "admission.k8s.io/v1",
    uid: "u-1",
    operation: "CREATE",
    objectKind: "",
    namespace: "default",
    name: "",
    object,
    oldObject: undefined,
    ...review,
  };
}

/** A pod that mounts these claims. */
export function podWith(...claims: string[]): { metadata: object; spec: { containers: object[]; volumes: object[] } } {
  return podOf(...claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })));
}

/** A pod with these volumes. */
export function podOf(...volumes: object[]): { metadata: object; spec: { containers: object[]; volumes: object[] } } {
  return { metadata: { name: "p" }, spec: { containers: [{ name: "main", resources: {} }], volumes } };
}

/** A generic ephemeral volume. */
export function ephemeral(name: string, storageClassName: string, storage?: string): object {
  const resources = storage === undefined ? {} : { requests: { storage } };
  return { name, ephemeral: { volumeClaimTemplate: { spec: { storageClassName, resources } } } };
}
