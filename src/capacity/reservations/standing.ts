import type { Demand, DemandPart } from "../demand.ts";
import type { Reserved } from "../fit.ts";
import { takenBytes } from "./unit.ts";

/** Bytes of a pod's own claims that stand on a node already, held or in its figures, by node and class. */
export type Standing = ReadonlyMap<string, Demand>;

/** @param nodeOf where the claim of a part stands; undefined where nowhere */
export function standingOf(parts: readonly DemandPart[], nodeOf: (part: DemandPart) => string | undefined): Standing {
  const standing = new Map<string, Map<string, bigint>>();
  for (const part of parts) {
    const node = nodeOf(part);
    if (node === undefined) continue;
    const onNode = standing.get(node) ?? new Map<string, bigint>();
    onNode.set(part.deviceClass, (onNode.get(part.deviceClass) ?? 0n) + takenBytes(part.bytes));
    standing.set(node, onNode);
  }
  return standing;
}

/** What is reserved for others, where a pod's own bytes are among it or in the figures already. */
export function forOthers(reserved: Reserved, own: Demand | undefined): Reserved {
  if (own === undefined) return reserved;
  const rest = new Map(reserved);
  for (const [deviceClass, bytes] of own) rest.set(deviceClass, (rest.get(deviceClass) ?? 0n) - bytes);
  return rest;
}

/** What of a demand is still to be held where part of it stands. */
export function leftOf(demand: Demand, own: Demand): Demand {
  const left = [...demand].map(([deviceClass, bytes]) => [deviceClass, bytes - (own.get(deviceClass) ?? 0n)] as const);
  return new Map(left.filter(([, bytes]) => bytes > 0n));
}
