import type { StorageClassFacts } from "../../capacity/demand.ts";
import { fieldsAt, nameAt, requiredNameAt, textAt, textsAt } from "./fields.ts";

const defaultMarks = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

/** What a view keeps of a StorageClass. */
export interface DatedStorageClass extends StorageClassFacts {
  /** As the API server wrote it, RFC 3339 in UTC, so that texts compare as times do; empty where there is none. */
  readonly createdAt: string;
}

/**
 * Reads a StorageClass.
 * @throws NativestorError `invalid-argument` naming the field that is wrong
 */
export function readStorageClass(json: unknown): DatedStorageClass {
  const storageClass = fieldsAt(json, "storageClass");
  const metadata = fieldsAt(storageClass.metadata, "metadata");
  const annotations = textsAt(metadata.annotations, "metadata.annotations");
  return {
    name: requiredNameAt(metadata.name, "metadata.name"),
    provisioner: nameAt(storageClass.provisioner, "provisioner") ?? "",
    parameters: textsAt(storageClass.parameters, "parameters"),
    isDefault: defaultMarks.some((mark) => annotations[mark] === "true"),
    createdAt: textAt(metadata.creationTimestamp, "metadata.creationTimestamp") ?? "",
  };
}

/**
 * The cluster's default class: of several that are marked the newest, then the first by name.
 * Source: GetDefaultClass of Kubernetes' pkg/volume/util, documented under "Default StorageClass".
 */
export function defaultStorageClass(classes: Iterable<DatedStorageClass>): DatedStorageClass | undefined {
  let best: DatedStorageClass | undefined;
  for (const candidate of classes) {
    if (candidate.isDefault && (best === undefined || goesBefore(candidate, best))) best = candidate;
  }
  return best;
}

function goesBefore(a: DatedStorageClass, b: DatedStorageClass): boolean {
  return a.createdAt === b.createdAt ? a.name < b.name : a.createdAt > b.createdAt;
}
