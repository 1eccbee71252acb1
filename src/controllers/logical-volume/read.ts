import type { Names } from "../../capacity/names.ts";
import { type CountedVolume, readCountedVolume } from "../../cluster/objects/counted.ts";
import { fieldsAt, listAt, textAt, textsAt } from "../../cluster/objects/fields.ts";

/** A LogicalVolume as its node looks at it. */
export interface NodeVolume extends CountedVolume {
  readonly finalizers: readonly string[];
  /** Its node was thought gone for good: nothing is to be done about it any more. */
  readonly isGivenUp: boolean;
  /** When a larger size was last asked for; empty where it was not. */
  readonly resizeRequestedAt: string;
  readonly version: string;
}

/** Reads a LogicalVolume. @throws NativestorError `invalid-argument` naming the field that is wrong */
export function readNodeVolume(json: unknown, names: Names): NodeVolume {
  const object = fieldsAt(json, "logicalVolume");
  const metadata = fieldsAt(object.metadata, "metadata");
  const annotations = textsAt(metadata.annotations, "metadata.annotations");
  return {
    ...readCountedVolume(json),
    finalizers: listAt(metadata.finalizers, "metadata.finalizers").map(String),
    isGivenUp: annotations[names.pendingDeletionAnnotation] !== undefined,
    resizeRequestedAt: annotations[names.resizeRequestedAnnotation] ?? "",
    version: textAt(metadata.resourceVersion, "metadata.resourceVersion") ?? "",
  };
}
