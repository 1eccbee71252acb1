import { countedBytes } from "../counted.ts";
import type { VolumeTrace } from "./facts.ts";
import { takenBytes } from "./unit.ts";

/**
 * Bytes of a volume that its node's figures do not contain yet: all of one that is not made, the rest of one that grows.
 * One that failed takes nothing; where it was to grow, it keeps what it has.
 * @param generation of the node's figures; undefined where the node does not tell
 * @param settledBytes what is thought to be in the figures where nobody tells
 */
export function outstandingBytes(volume: VolumeTrace, generation: number | undefined, settledBytes: bigint): bigint {
  const { currentBytes, wantedBytes, hasFailed, counted } = volume;
  if (currentBytes === undefined) return hasFailed ? 0n : takenBytes(wantedBytes);
  const target = hasFailed || wantedBytes <= currentBytes ? currentBytes : takenBytes(wantedBytes);
  const inFigures = tells(volume, generation) ? countedBytes(counted, currentBytes, generation) : settledBytes;
  return target > inFigures ? target - inFigures : 0n;
}

/** The node says of this volume whether its figures contain it; TopoLVM's agents publish bytes and nothing else. */
export function tells({ counted }: VolumeTrace, generation: number | undefined): boolean {
  return counted !== undefined && generation !== undefined;
}
