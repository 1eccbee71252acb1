import type { Demand } from "./demand.ts";
import { formatBytes } from "./quantity.ts";
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
    if (short === undefined && unreserved(free, reserved.get(deviceClass)) < bytes)
      short = { kind: "no-room", deviceClass };
  }
  return short;
}

/** Free bytes less those that are reserved. Where nothing is, no number is made: this is asked for every node of a request. */
export function unreserved(freeBytes: bigint, reservedBytes: bigint | undefined): bigint {
  return reservedBytes === undefined ? freeBytes : freeBytes - reservedBytes;
}

function notOffered(deviceClass: string, supply: Supply): Misfit {
  const value = supply.bad.get(deviceClass);
  return value === undefined ? { kind: "no-annotation", deviceClass } : { kind: "bad-annotation", deviceClass, value };
}

/** A node that was checked. */
export interface Candidate {
  readonly supply: Supply;
  readonly reserved: Reserved;
}

/** Longest part of an annotation that a reason repeats. */
const maxQuoted = 60;

/**
 * Texts for the misfits of one answer. kube-scheduler counts nodes with equal reasons and cuts an event at 1 kB, so a
 * text holds figures of the whole answer and never of a single node.
 */
export class Reasons {
  readonly #demand: Demand;
  readonly #candidates: readonly Candidate[];
  #noRoom: string | undefined;

  /** @param candidates all nodes of the answer, also those that fit */
  constructor(demand: Demand, candidates: readonly Candidate[]) {
    this.#demand = demand;
    this.#candidates = candidates;
  }

  /** The reason for a misfit; begins as TopoLVM prints it. */
  textOf(misfit: Misfit): string {
    switch (misfit.kind) {
      case "no-annotation":
        return `no capacity annotation (${misfit.deviceClass})`;
      case "bad-annotation":
        return `bad capacity annotation: ${misfit.value.slice(0, maxQuoted)}`;
      case "no-room":
        this.#noRoom ??= `out of VG free space (${this.#shortfalls().join("; ")})`;
        return this.#noRoom;
    }
  }

  // one entry for each class that some node is short of, with the best that any node has
  #shortfalls(): string[] {
    return [...this.#demand].flatMap(([deviceClass, bytes]) => {
      let best: Candidate | undefined;
      let most: bigint | undefined;
      let isShort = false;
      for (const candidate of this.#candidates) {
        const free = candidate.supply.freeBytes.get(deviceClass);
        if (free === undefined) continue;
        const left = unreserved(free, candidate.reserved.get(deviceClass));
        if (left < bytes) isShort = true;
        if (most === undefined || left > most) [best, most] = [candidate, left];
      }
      return isShort && best !== undefined ? [shortfall(deviceClass, bytes, best)] : [];
    });
  }
}

function shortfall(deviceClass: string, bytes: bigint, best: Candidate): string {
  const free = best.supply.freeBytes.get(deviceClass) ?? 0n;
  const held = best.reserved.get(deviceClass) ?? 0n;
  const reserved = held > 0n ? `, ${formatBytes(held, "up")} of it reserved` : "";
  return `${deviceClass}: asked ${formatBytes(bytes, "up")}, at most ${formatBytes(free)} free on one node${reserved}`;
}
