import type { Demand } from "./demand.ts";
import type { RoomByClass, Supply } from "./supply.ts";

/** Room that is promised but not yet seen in a node's free bytes, by class. */
export type Reserved = RoomByClass;

/** No reservation at all. */
export const nothingReserved: Reserved = new Map();

/** Why a node cannot hold a demand. */
export type Misfit =
  | { readonly kind: "no-annotation"; readonly deviceClass: string }
  | { readonly kind: "bad-annotation"; readonly deviceClass: string; readonly value: string }
  | { readonly kind: "no-room"; readonly deviceClass: string };

/** Checks one node: undefined where the demand fits beside what is reserved, else the first reason against it. */
export function fits(demand: Demand, supply: Supply, reserved: Reserved = nothingReserved): Misfit | undefined {
  let short: Misfit | undefined;
  for (const [deviceClass, bytes] of demand) {
    const free = supply.freeBytes.get(deviceClass);
    // a class that the node does not offer says more than one that is full
    if (free === undefined) return notOffered(deviceClass, supply);
    if (short === undefined && free - (reserved.get(deviceClass) ?? 0n) < bytes)
      short = { kind: "no-room", deviceClass };
  }
  return short;
}

/** Why a node does not tell of a class. @param absent what to answer where it is not annotated */
export function notOffered(
  deviceClass: string,
  { bad }: Pick<Supply, "bad">,
  absent: Misfit = { kind: "no-annotation", deviceClass },
): Misfit {
  const value = bad.get(deviceClass);
  return value === undefined ? absent : { kind: "bad-annotation", deviceClass, value };
}
