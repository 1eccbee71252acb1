import type { Bytes } from "./bytes.ts";
import { columnOf } from "./column.ts";
import type { Demand } from "./demand.ts";
import type { Field } from "./field.ts";
import { untold } from "./nodes.ts";

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

/** One class of the nodes of a question, as a strategy sees it; in bytes. */
interface Term {
  readonly deviceClass: string;
  /** By position: free, less what is reserved. */
  readonly left: readonly Bytes[];
  /** What the pod asks of this class. */
  readonly asked: bigint;
  /** The most that is left on any of the nodes; 0 for `log2`, which compares with no other node. */
  readonly mostLeft: bigint;
  readonly divisor: number;
  readonly rank: Rank;
  /** Size of the class on a node, where it is known. */
  readonly size: (at: number) => bigint | undefined;
}

/** Score of a class on a node that has some of it left, 0 (worst) to 10 (best). */
type Rank = (left: Bytes, term: Term, at: number) => number;

const ranks: Record<Strategy, Rank> = {
  log2: (left, { divisor }) => clamp(wholeLog2(Math.min(wholeGibibytes(left) / divisor, 2 ** mostScore))),
  "most-free": (left, { mostLeft }) => share(BigInt(left), mostLeft),
  // the node with the least left over comes first: whole nodes stay free for the large volumes to come
  "best-fit": (left, { asked, mostLeft }) => 11 - share(BigInt(left) - asked, mostLeft),
  // evens out how full the nodes are, whatever their size
  spread: (left, { asked, mostLeft, size }, at) => share(BigInt(left) - asked, size(at) ?? mostLeft),
};

/**
 * Scores nodes from 0 to 10, in their order: the least of the demanded classes decides. A class that a node does
 * not offer is left out, a node that offers none gets 0, and so does one with no room or an unreadable annotation.
 * @param classes the classes that count; those of the demand, and those that were annotated with no number
 */
export function scoreAll(demand: Demand, classes: readonly string[], field: Field, scoring: Scoring): number[] {
  const terms = [...new Set(classes)].map((deviceClass) => termOf(deviceClass, demand, field, scoring));
  const scores = columnOf(field.nodes.names.length, () => unscored);
  for (const term of terms) {
    for (let at = 0; at < scores.length; at += 1) {
      const score = scoreClass(term, at, field);
      if (score < (scores[at] ?? unscored)) scores[at] = score;
    }
  }
  return columnOf(scores.length, (at) => (scores[at] === unscored ? 0 : (scores[at] ?? 0)));
}

const mostScore = 10;

/** Above every score: the node offers none of the classes. */
const unscored = mostScore + 1;

function termOf(deviceClass: string, demand: Demand, { nodes, left }: Field, scoring: Scoring): Term {
  const strategy = scoring.strategies.get(deviceClass) ?? scoring.defaultStrategy;
  const column = left(deviceClass);
  return {
    deviceClass,
    left: column,
    asked: demand.get(deviceClass) ?? 0n,
    mostLeft: strategy === "log2" ? 0n : mostOf(column),
    divisor: scoring.divisors.get(deviceClass) ?? scoring.defaultDivisor,
    rank: ranks[strategy],
    size: (at) => nodes.supply(at).sizeBytes.get(deviceClass),
  };
}

function scoreClass(term: Term, at: number, { nodes }: Field): number {
  const left = term.left[at] ?? untold;
  if (left === untold) return nodes.supply(at).bad.has(term.deviceClass) ? 0 : unscored;
  return left <= 0 ? 0 : term.rank(left, term, at);
}

function mostOf(column: readonly Bytes[]): bigint {
  let most: Bytes = 0;
  for (const left of column) if (left > most) most = left;
  return BigInt(most);
}

function wholeGibibytes(bytes: Bytes): number {
  return typeof bytes === "number" ? Math.floor(bytes / 2 ** 30) : Number(bytes >> 30n);
}

// part of whole as 1 to 10
function share(part: bigint, whole: bigint): number {
  return whole <= 0n ? 1 : clamp(Number((part * 10n) / whole));
}

// by the highest bit of the whole part, a tenth of the time of Math.log2; below 1 it is −1
function wholeLog2(value: number): number {
  return 31 - Math.clz32(value);
}

// also what makes room below 1 GiB a 1
function clamp(score: number): number {
  return Math.max(1, Math.min(mostScore, score));
}
