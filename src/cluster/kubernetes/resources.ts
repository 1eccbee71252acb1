import type { Resource } from "../../kube/resource.ts";

/** What a view mirrors. */
export const nodes: Resource = { name: "nodes", path: "/api/v1/nodes", metadataOnly: true };
export const claims: Resource = {
  name: "persistentvolumeclaims",
  path: "/api/v1/persistentvolumeclaims",
  metadataOnly: false,
};
export const storageClasses: Resource = {
  name: "storageclasses",
  path: "/apis/storage.k8s.io/v1/storageclasses",
  metadataOnly: false,
};

/** Path of one claim. */
export function claimPath(namespace: string, name: string): string {
  return `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`;
}

/** Path of one StorageClass. */
export function storageClassPath(name: string): string {
  return `${storageClasses.path}/${name}`;
}

/** A name that an object can have (RFC 1123 subdomain): others are not worth a question, and are no part of a path. */
export function isObjectName(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name);
}
