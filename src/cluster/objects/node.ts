import type { Names } from "../../capacity/names.ts";
import { supplyFromAnnotations } from "../../capacity/supply.ts";
import type { NodeFacts } from "../view.ts";
import { fieldsAt, requiredNameAt, textsAt } from "./fields.ts";

/**
 * Reads a Node. Only its `metadata` is looked at, so that a PartialObjectMetadata will do.
 * @throws NativestorError `invalid-argument` naming the field that is wrong
 */
export function readNode(json: unknown, names: Names): NodeFacts {
  const metadata = fieldsAt(fieldsAt(json, "node").metadata, "metadata");
  const annotations = textsAt(metadata.annotations, "metadata.annotations");
  return {
    name: requiredNameAt(metadata.name, "metadata.name"),
    supply: supplyFromAnnotations(annotations, names),
    optionClasses: optionClassesOf(annotations[names.optionClassesAnnotation]),
    ...generationOf(annotations[names.generationAnnotation]),
    ...(annotations[names.unavailableAnnotation] !== undefined && { isUnavailable: true }),
  };
}

// one that is no number is none: what the node says of its volumes then counts for nothing
function generationOf(annotation: string | undefined): Pick<NodeFacts, "generation"> {
  return annotation !== undefined && /^\d{1,15}$/.test(annotation) ? { generation: Number(annotation) } : {};
}

function optionClassesOf(annotation: string | undefined): ReadonlySet<string> | undefined {
  if (annotation === undefined) return undefined;
  const classes = annotation.split(",").map((name) => name.trim());
  return new Set(classes.filter((name) => name !== ""));
}
