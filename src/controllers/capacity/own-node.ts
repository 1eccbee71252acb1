import type { Names } from "../../capacity/names.ts";
import { fieldsAt, listAt, requiredNameAt, textsAt } from "../../cluster/objects/fields.ts";

/** The Node object of the node that this runs on, as far as its agent looks at it. */
export interface OwnNode {
  readonly name: string;
  readonly uid: string;
  readonly isLeaving: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly finalizers: readonly string[];
  /** Generation of the figures in its annotations. */
  readonly generation: number | undefined;
}

/** Reads a Node, of which only the metadata is looked at. */
export function readOwnNode(json: unknown, names: Names): OwnNode {
  const metadata = fieldsAt(fieldsAt(json, "node").metadata, "metadata");
  const annotations = textsAt(metadata.annotations, "metadata.annotations");
  return {
    name: requiredNameAt(metadata.name, "metadata.name"),
    uid: requiredNameAt(metadata.uid, "metadata.uid"),
    isLeaving: metadata.deletionTimestamp != null,
    annotations,
    labels: textsAt(metadata.labels, "metadata.labels"),
    finalizers: listAt(metadata.finalizers, "metadata.finalizers").map(String),
    generation: generationOf(annotations[names.generationAnnotation]),
  };
}

function generationOf(text: string | undefined): number | undefined {
  const generation = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(generation) ? generation : undefined;
}
