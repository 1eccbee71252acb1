import { NativestorError } from "../../base/errors.ts";
import type { Counted } from "../../capacity/counted.ts";
import { parseQuantity } from "../../capacity/quantity.ts";
import { fieldsAt } from "./fields.ts";
import { type LogicalVolume, readLogicalVolume } from "./logical-volume.ts";

/** A LogicalVolume with what its node says of it. */
export interface CountedVolume extends LogicalVolume {
  /** undefined where the node does not tell. */
  readonly counted: Counted | undefined;
}

/** Reads a LogicalVolume. @throws NativestorError `invalid-argument` naming the field that is wrong */
export function readCountedVolume(json: unknown): CountedVolume {
  const status = fieldsAt(fieldsAt(json, "logicalVolume").status, "status");
  return { ...readLogicalVolume(json), counted: readCounted(status.counted) };
}

function readCounted(json: unknown): Counted | undefined {
  if (json == null) return undefined;
  const { generation, earlierSize } = fieldsAt(json, "status.counted");
  if (typeof generation !== "number" || !Number.isSafeInteger(generation))
    throw new NativestorError("invalid-argument", "status.counted.generation is a whole number");
  return { generation, earlierBytes: parseQuantity(earlierSize) };
}
