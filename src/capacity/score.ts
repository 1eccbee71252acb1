import type { Demand } from "./demand.ts";
import { type Candidate, unreserved } from "./fit.ts";

/** Ways to rank the nodes that fit. */
export const strategies = ["log2", "most-free", "best-fit", "spread"] as const;
export type Strategy = (typeof strategies)[number];

/** How each class is scored. Divisors are > 0. */
export interface Scoring {
  readonly defaultDivisor: number;
  readonly divisors: ReadonlyMap<string, number>;
  readonly defaultStrategy: Strategy;
  readonly strategies: ReadonlyMap<string, Strategy>;
}

/** TopoLVM's: log2 with a divisor of 1 for every class. */
export const defaultScoring: Scoring = {
  defaultDivisor: 1,
  divisors: new Map(),
  defaultStrategy: "log2",
  strategies: new Map(),
};

/** One class of one node, as a strategy sees it; all in bytes. */
export interface Room {
  /** Free, less what is reserved. */
  readonly freeBytes: bigint;
  /** What the pod asks of this class. */
  readonly askedBytes: bigint;
  /** Size of the class on the node, where it is known. */
  readonly sizeBytes: bigint | undefined;
  /** The most free room of this class on any candidate; 0 for `log2`, which does not ask. */
  readonly mostFreeBytes: bigint;
  readonly divisor: number;
}

/** Score of a class on a node, 0 (worst) to 10 (best). */
type Rank = (room: Room) => number;

const ranks: Record<Strategy, Rank> = {
  log2: (room) => clamp(Math.trunc(Math.log2(wholeGibibytes(room.freeBytes) / room.divisor))),
  "most-free": (room) => share(room.freeBytes, room.mostFreeBytes),
  // the node with the least left over comes first: whole nodes stay free for the large volumes to come
  "best-fit": (room) => 11 - share(room.freeBytes - room.askedBytes, room.mostFreeBytes),
  // evens out how full the nodes are, whatever their size
  spread: (room) => share(room.freeBytes - room.askedBytes, room.sizeBytes ?? room.mostFreeBytes),
};

/**
 * Scores candidates from 0 to 10, in their order: the least of the demanded classes decides. A class that a node does
 * not offer is left out, a node that offers none gets 0, and so does one with no room or an unreadable annotation.
 * @param classes the classes that count; those of the demand, and those that were annotated with no number
 */
export function scoreAll(
  demand: Demand,
  classes: readonly string[],
  candidates: readonly Candidate[],
  scoring: Scoring,
): number[] {
  const terms = [...new Set(classes)].map((deviceClass): Term => {
    const strategy = scoring.strategies.get(deviceClass) ?? scoring.defaultStrategy;
    return {
      deviceClass,
      askedBytes: demand.get(deviceClass) ?? 0n,
      // the default alone compares with no other node, and is spared the look at all of them
      mostFreeBytes: strategy === "log2" ? 0n : mostFree(deviceClass, candidates),
      divisor: scoring.divisors.get(deviceClass) ?? scoring.defaultDivisor,
      rank: ranks[strategy],
    };
  });
  return candidates.map((candidate) => {
    let least: number | undefined;
    for (const term of terms) {
      const score = scoreClass(term, candidate);
      if (score !== undefined && (least === undefined || score < least)) least = score;
    }
    return least ?? 0;
  });
}

interface Term extends Pick<Room, "askedBytes" | "mostFreeBytes" | "divisor"> {
  readonly deviceClass: string;
  readonly rank: Rank;
}

function scoreClass(term: Term, { supply, reserved }: Candidate): number | undefined {
  const free = supply.freeBytes.get(term.deviceClass);
  if (free === undefined) return supply.bad.has(term.deviceClass) ? 0 : undefined;
  const freeBytes = unreserved(free, reserved.get(term.deviceClass));
  if (freeBytes <= 0n) return 0;
  const { askedBytes, mostFreeBytes, divisor } = term;
  return term.rank({
    freeBytes,
    askedBytes,
    sizeBytes: supply.sizeBytes.get(term.deviceClass),
    mostFreeBytes,
    divisor,
  });
}

function mostFree(deviceClass: string, candidates: readonly Candidate[]): bigint {
  let most = 0n;
  for (const { supply, reserved } of candidates) {
    const free = unreserved(supply.freeBytes.get(deviceClass) ?? 0n, reserved.get(deviceClass));
    if (free > most) most = free;
  }
  return most;
}

const exactBelow = BigInt(Number.MAX_SAFE_INTEGER);

// a shift makes a new bigint, which is dear for every node of a request
function wholeGibibytes(bytes: bigint): number {
  return bytes < exactBelow ? Math.floor(Number(bytes) / 2 ** 30) : Number(bytes >> 30n);
}

// part of whole as 1 to 10
function share(part: bigint, whole: bigint): number {
  return whole <= 0n ? 1 : clamp(Number((part * 10n) / whole));
}

// log2 of nothing is −∞, so this is also what makes room below 1 GiB a 1
function clamp(score: number): number {
  return Math.max(1, Math.min(10, score));
}
