import { NativestorError } from "../../base/errors.ts";
import type { Counted } from "../../capacity/counted.ts";
import type { Names } from "../../capacity/names.ts";
import { parseQuantity } from "../../capacity/quantity.ts";
import { fieldsAt, listAt, textAt, textsAt } from "../../cluster/objects/fields.ts";
import { type LogicalVolume, readLogicalVolume } from "../../cluster/objects/logical-volume.ts";

/** A LogicalVolume as its node looks at it. */
export interface NodeVolume extends LogicalVolume {
  readonly finalizers: readonly string[];
  /** Its node was thought gone for good: nothing is to be done about it any more. */
  readonly isGivenUp: boolean;
  /** When a larger size was last asked for; empty where it was not. */
  readonly resizeRequestedAt: string;
  readonly counted: Counted | undefined;
  readonly version: string;
}

/** Reads a LogicalVolume. @throws NativestorError `invalid-argument` naming the field that is wrong */
export function readNodeVolume(json: unknown, names: Names): NodeVolume {
  const object = fieldsAt(json, "logicalVolume");
  const metadata = fieldsAt(object.metadata, "metadata");
  const annotations = textsAt(metadata.annotations, "metadata.annotations");
  return {
    ...readLogicalVolume(json),
    finalizers: listAt(metadata.finalizers, "metadata.finalizers").map(String),
    isGivenUp: annotations[names.pendingDeletionAnnotation] !== undefined,
    resizeRequestedAt: annotations[names.resizeRequestedAnnotation] ?? "",
    counted: readCounted(fieldsAt(object.status, "status").counted),
    version: textAt(metadata.resourceVersion, "metadata.resourceVersion") ?? "",
  };
}

function readCounted(json: unknown): Counted | undefined {
  if (json == null) return undefined;
  const { generation, earlierSize } = fieldsAt(json, "status.counted");
  if (typeof generation !== "number" || !Number.isSafeInteger(generation))
    throw new NativestorError("invalid-argument", "status.counted.generation is a whole number");
  return { generation, earlierBytes: parseQuantity(earlierSize) };
}
