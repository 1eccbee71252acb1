import { type Bytes, bytesOf, minus } from "../bytes.ts";
import type { Demand } from "../demand.ts";
import type { Field } from "../field.ts";
import { untold } from "../nodes.ts";

/**
 * The nodes, of those that fit, on which another pod of its kind has room beside it, and one that asks for more still has
 * half of what is free.
 * @param positions in the field
 */
export function roomyOf(positions: readonly number[], { nodes, left }: Field, demand: Demand): readonly number[] {
  let roomy = positions;
  for (const [deviceClass, bytes] of demand) {
    const [free, rest, taken] = [nodes.free(deviceClass), left(deviceClass), bytesOf(bytes)];
    roomy = roomy.filter((at) => isRoomy(free[at] ?? untold, rest[at] ?? untold, taken));
  }
  return roomy;
}

function isRoomy(free: Bytes, left: Bytes, taken: Bytes): boolean {
  if (left === untold) return false;
  const after = minus(left, taken);
  return after >= taken && after >= (typeof free === "number" ? Math.floor(free / 2) : free / 2n);
}
