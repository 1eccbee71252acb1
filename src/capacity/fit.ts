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

/** A demanded class, and what has been seen of it. */
interface Term {
  readonly deviceClass: string;
  readonly bytes: bigint;
  /** The same for every node: 5,000 of them need no objects of their own. */
  readonly absent: Misfit;
  readonly full: Misfit;
  isShort: boolean;
  /** The node with the most room left, and how much that is. */
  best: Candidate | undefined;
  mostBytes: bigint;
}

/**
 * Checks the nodes of one answer, each in one look, and words the misfits. kube-scheduler counts nodes with equal reasons
 * and cuts an event at 1 kB, so a text holds figures of the whole answer and never of a single node.
 */
export class Survey {
  readonly #terms: readonly Term[];
  #noRoom: string | undefined;

  constructor(demand: Demand) {
    this.#terms = [...demand].map(([deviceClass, bytes]) => ({
      deviceClass,
      bytes,
      absent: { kind: "no-annotation", deviceClass },
      full: { kind: "no-room", deviceClass },
      isShort: false,
      best: undefined,
      mostBytes: 0n,
    }));
  }

  /** As `fits`. Nodes that fit are shown, too: the texts tell of the best of all. */
  check(candidate: Candidate): Misfit | undefined {
    const { supply, reserved } = candidate;
    let absent: Misfit | undefined;
    let full: Misfit | undefined;
    for (const term of this.#terms) {
      const free = supply.freeBytes.get(term.deviceClass);
      if (free === undefined) {
        absent ??= supply.bad.has(term.deviceClass) ? notOffered(term.deviceClass, supply) : term.absent;
        continue;
      }
      const left = unreserved(free, reserved.get(term.deviceClass));
      if (left < term.bytes) {
        term.isShort = true;
        full ??= term.full;
      }
      if (term.best === undefined || left > term.mostBytes) {
        term.best = candidate;
        term.mostBytes = left;
      }
    }
    return absent ?? full;
  }

  /** The reason for a misfit, once all nodes have been checked; begins as TopoLVM prints it. */
  textOf(misfit: Misfit): string {
    switch (misfit.kind) {
      case "no-annotation":
        return `no capacity annotation (${misfit.deviceClass})`;
      case "bad-annotation":
        return `bad capacity annotation: ${misfit.value.slice(0, maxQuoted)}`;
      case "no-room":
        this.#noRoom ??= `out of VG free space (${this.#terms.flatMap(shortfallsOf).join("; ")})`;
        return this.#noRoom;
    }
  }
}

// one entry for each class that some node is short of, with the best that any node has
function shortfallsOf({ deviceClass, bytes, isShort, best }: Term): string[] {
  if (!isShort || best === undefined) return [];
  const free = best.supply.freeBytes.get(deviceClass) ?? 0n;
  const held = best.reserved.get(deviceClass) ?? 0n;
  const reserved = held > 0n ? `, ${formatBytes(held, "up")} of it reserved` : "";
  return [
    `${deviceClass}: asked ${formatBytes(bytes, "up")}, at most ${formatBytes(free)} free on one node${reserved}`,
  ];
}
