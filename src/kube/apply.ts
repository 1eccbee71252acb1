import type { KubeAccess } from "./access.ts";

/** An object as server-side apply takes it: only the fields that its owner sets. */
export interface Applied {
  readonly apiVersion: string;
  readonly kind: string;
  /** With a `uid`, an object that is gone is not made anew. */
  readonly metadata: { readonly name: string; readonly uid?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** One operation of a JSON patch, RFC 6902. */
export type PatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

const limitMs = 10_000;

/**
 * Server-side apply: fields that this manager set before and that are not in `object` any more are removed, those of
 * others stay. What others set differently is taken over. Answers the object as it is then.
 * @throws KubeError 409 where `metadata.uid` names one that is gone
 */
export function applyObject(access: KubeAccess, path: string, object: Applied, manager: string): Promise<unknown> {
  return access.request(path, {
    method: "PATCH",
    // the type is called after YAML, of which JSON is a part
    contentType: "application/apply-patch+yaml",
    query: { fieldManager: manager, force: true },
    body: object,
    limitMs,
  });
}

/** JSON merge patch, RFC 7396: null removes. With `metadata.uid` or `metadata.resourceVersion` another object is left alone (409). */
export function mergePatch(access: KubeAccess, path: string, body: unknown): Promise<unknown> {
  return access.request(path, { method: "PATCH", contentType: "application/merge-patch+json", body, limitMs });
}

/** JSON patch, RFC 6902. @throws KubeError 422 where a `test` does not hold */
export function jsonPatch(access: KubeAccess, path: string, body: readonly PatchOperation[]): Promise<unknown> {
  return access.request(path, { method: "PATCH", contentType: "application/json-patch+json", body, limitMs });
}

/** Asks for an object's removal; with `uid` only for that very one. @throws KubeError 404 and 409 where it is not there */
export async function deleteObject(
  access: KubeAccess,
  path: string,
  options: { readonly uid?: string; readonly graceSeconds?: number } = {},
): Promise<void> {
  const { uid, graceSeconds } = options;
  const body = {
    kind: "DeleteOptions",
    apiVersion: "v1",
    ...(uid !== undefined && { preconditions: { uid } }),
    ...(graceSeconds !== undefined && { gracePeriodSeconds: graceSeconds }),
  };
  await access.request(path, { method: "DELETE", body, limitMs });
}
