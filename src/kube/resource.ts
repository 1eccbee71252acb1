import { KubeError } from "./errors.ts";

/** A collection at the API server. */
export interface Resource {
  /** For people, logs and metrics. */
  readonly name: string;
  readonly path: string;
  /** Only the objects' metadata is asked for (PartialObjectMetadata): a Node is then 1 KB and not 11. */
  readonly metadataOnly: boolean;
  /** Only objects with this value in this field, such as `metadata.name=n1`. */
  readonly fieldSelector?: string | undefined;
}

/** What tells an object from others. */
export interface Identification {
  /** `NAMESPACE/NAME`, or `NAME` where there are no namespaces. */
  readonly key: string;
  readonly version: string;
}

/** Key of an object in a collection. */
export function keyOf(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** @throws KubeError when the object has no name */
export function identify(object: unknown): Identification {
  const metadata = metadataOf(object);
  if (typeof metadata.name !== "string" || metadata.name === "")
    throw new KubeError(undefined, "an object without metadata.name");
  const namespace = typeof metadata.namespace === "string" ? metadata.namespace : undefined;
  return { key: keyOf(namespace, metadata.name), version: versionOf(object) ?? "" };
}

/** Position in history of an object or a list. */
export function versionOf(object: unknown): string | undefined {
  const { resourceVersion } = metadataOf(object);
  return typeof resourceVersion === "string" && resourceVersion !== "" ? resourceVersion : undefined;
}

/** Part of a query that narrows a list or a watch down. */
export function selectionOf({ fieldSelector }: Resource): { fieldSelector?: string } {
  return fieldSelector === undefined ? {} : { fieldSelector };
}

/** Media type that a list or a watch asks for. */
export function acceptOf(resource: Resource, verb: "list" | "watch"): string {
  if (!resource.metadataOnly) return "application/json";
  const kind = verb === "list" ? "PartialObjectMetadataList" : "PartialObjectMetadata";
  return `application/json;as=${kind};g=meta.k8s.io;v=v1`;
}

function metadataOf(object: unknown): Record<string, unknown> {
  const metadata = (object as { metadata?: unknown } | null | undefined)?.metadata;
  return typeof metadata === "object" && metadata !== null ? (metadata as Record<string, unknown>) : {};
}
