import type { Demand, DemandPart } from "../demand.ts";
import type { Reserved } from "../fit.ts";
import type { VolumeTrace } from "./facts.ts";
import type { Hold } from "./hold.ts";
import { takenBytes } from "./unit.ts";

/** Bytes of a pod's own claims that stand on a node already, held or in its figures, by node and class. */
export type Standing = ReadonlyMap<string, Demand>;

/** @param nodeOf where the claim of a part stands; undefined where nowhere */
export function standingOf(parts: readonly DemandPart[], nodeOf: (part: DemandPart) => string | undefined): Standing {
  return sumOf(
    parts.flatMap((part) => {
      const node = nodeOf(part);
      return node === undefined ? [] : [{ node, deviceClass: part.deviceClass, bytes: takenBytes(part.bytes) }];
    }),
  );
}

/** What is held, by node and class. */
export function sumOf(holds: readonly Pick<Hold, "node" | "deviceClass" | "bytes">[]): Standing {
  const sums = new Map<string, Map<string, bigint>>();
  for (const { node, deviceClass, bytes } of holds) {
    const onNode = sums.get(node) ?? new Map<string, bigint>();
    onNode.set(deviceClass, (onNode.get(deviceClass) ?? 0n) + bytes);
    sums.set(node, onNode);
  }
  return sums;
}

/** What is held for a growth that was asked for before, and is pending. */
export function growthOf(volume: VolumeTrace | undefined): Standing {
  if (volume?.currentBytes === undefined || volume.hasFailed) return new Map();
  const bytes = takenBytes(volume.wantedBytes) - volume.currentBytes;
  return new Map([[volume.node, new Map([[volume.deviceClass, bytes > 0n ? bytes : 0n]])]]);
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
