import { columnOf } from "../column.ts";
import type { Demand, DemandPart } from "../demand.ts";
import { type Field, fieldOf } from "../field.ts";
import { fits } from "../fit.ts";
import type { Nodes } from "../nodes.ts";
import { type Scoring, scoreAll } from "../score.ts";
import type { RoomByClass } from "../supply.ts";
import { type Survey, surveyOf } from "../survey.ts";
import { createAttempts } from "./attempts.ts";
import { bestOf } from "./best.ts";
import { type Choice, letThrough } from "./choose.ts";
import { createExpected, restOf } from "./expected.ts";
import { type ClaimTrace, claimKeyOf, type VolumeTrace } from "./facts.ts";
import { type Bounds, defaultBounds, type EndReason, type Hold, type HoldKind } from "./hold.ts";
import { createPromises } from "./promises.ts";
import { createQuiet } from "./quiet.ts";
import { reservedRoom } from "./reserved-room.ts";
import { roomyOf } from "./roomy.ts";
import { forOthers, growthOf, leftOf, type Standing, standingOf, sumOf } from "./standing.ts";
import { createTakeover } from "./takeover.ts";
import { createTotals } from "./totals.ts";
import { neededFor, takenBy, takenBytes } from "./unit.ts";
import { type Grant, nodeFor, refusalOf, type VolumeWish } from "./wish.ts";

/** Who asks for room. */
export interface Asker {
  readonly namespace: string;
  readonly name: string;
  /** As annotated and corrected by the claims. */
  readonly demand: Demand;
  /** The unbound claims that it comes from. */
  readonly parts: readonly DemandPart[];
}

/** What a pod gets. */
export interface Verdict {
  /** Positions of the nodes that it is let through to, on which its bytes are now held. */
  readonly through: readonly number[];
  /** All nodes of the question, with what is reserved there for others. */
  readonly survey: Survey;
  /** Nodes that could hold it, and that it is not let through to. */
  readonly withheld: number;
  /** What has to be free, by class. */
  readonly needed: Demand;
  /** Not let through, though only for holds that may be gone in a moment: the pod is to be asked about again. */
  readonly isPassing: boolean;
}

/** Moment of a question or a fact. */
export interface Moment {
  /** Monotonic. */
  readonly nowMs: number;
  /** What happens in the cluster is seen as it happens. */
  readonly isFollowing: boolean;
}

/** Room that is promised and not yet seen in the published figures. All of it is worked out anew from facts; nothing is stored. */
export interface Ledger {
  /** @param claim undefined where it is gone */
  claim(uid: string, key: string, claim: ClaimTrace | undefined, nowMs: number): void;
  /** @param volume undefined where it is gone */
  volume(name: string, volume: VolumeTrace | undefined, nowMs: number): void;
  figures(node: string, generation: number | undefined, freeBytes: RoomByClass, nowMs: number): void;
  /** The facts of the beginning have been told. What a predecessor promised last comes to light from now on. */
  takeOver(nowMs: number): void;
  /** Promises of a predecessor may still be on their way: nothing is promised. */
  isTakingOver(moment: Moment): boolean;
  /** Lets a pod through to some of the nodes and holds its bytes there. */
  decide(asker: Asker, nodes: Nodes, scoring: Scoring, moment: Moment): Verdict;
  /**
   * Gives a volume room that no pod asked for, on one of the nodes, and holds it there until the volume is told of. Asked again
   * about a name, what was given before is taken back.
   */
  reserve(wish: VolumeWish, nodes: Nodes, moment: Moment): Grant;
  /** The nodes with what is reserved there for others. */
  field(asker: Asker, nodes: Nodes): Field;
  /** Ends what is due. */
  sweep(moment: Moment): void;
  holds(): Iterable<Hold>;
  /** Calls `listener` with nodes that have been given room back; the answer unsubscribes. */
  onFreed(listener: (nodes: ReadonlySet<string>) => void): () => void;
}

export interface LedgerOptions {
  readonly bounds?: Partial<Bounds>;
  /** Nodes of one pod that are counted one by one, 64 by default; more are held as a whole. */
  readonly mostCounted?: number;
  /** To which nodes a pod is let through. */
  readonly policy?: (choice: Choice) => readonly number[];
  /** False where volumes are not told of: a claim that is bound, or gone, is then not held for one to come. True by default. */
  readonly tellsVolumes?: () => boolean;
  /** Told of each hold that ended, and why. */
  readonly ended?: (kind: HoldKind, reason: EndReason) => void;
}

const defaultMostCounted = 64;

/** Most nodes that all promises in flight hold together; bounds memory, and how much is held for nothing. */
const mostSpread = 100_000;

/** A ledger without entries. Time comes in with each call, so that it does nothing by itself. */
export function createLedger(options: LedgerOptions = {}): Ledger {
  const bounds: Bounds = { ...defaultBounds, ...options.bounds };
  const { policy = letThrough, ended = () => undefined, tellsVolumes = () => true } = options;
  const totals = createTotals();
  const promises = createPromises(totals, bounds, ended);
  const attempts = createAttempts(totals, bounds, ended, options.mostCounted ?? defaultMostCounted);
  const expected = createExpected(totals, bounds, ended);
  const quiet = createQuiet(bounds.quietMs);
  const takeover = createTakeover(bounds);
  const listeners = new Set<(nodes: ReadonlySet<string>) => void>();

  function tellFreed(): void {
    if (listeners.size === 0) return totals.forgetFreed();
    const freed = totals.takeFreed();
    if (freed.size > 0) for (const listener of listeners) listener(freed);
  }

  function standing({ namespace, parts }: Asker): Standing {
    return standingOf(parts, ({ claim }) => promises.nodeOf(claimKeyOf(namespace, claim)));
  }

  function field(asker: Asker, nodes: Nodes): Field {
    return fieldFor(claimKeyOf(asker.namespace, asker.name), standing(asker), nodes);
  }

  /** @param pod whose promises do not count */
  function fieldFor(pod: string, own: Standing, nodes: Nodes): Field {
    // so it is most of the time, and then nothing is looked up
    if (totals.isEmpty() && attempts.isIdleBut(pod) && own.size === 0) return fieldOf(nodes);
    return fieldOf(nodes, reservedRoom(nodes, totals, attempts.heldForOthers(pod), own));
  }

  // does it fit once what may be gone in a moment is gone?
  function isPassing({ nodes, reserved }: Field, needed: Demand, nowMs: number): boolean {
    const young = youngHolds(nowMs - bounds.youngMs);
    return nodes.names.some((name, at) => {
      const own = young.get(name);
      return own !== undefined && fits(needed, nodes.supply(at), forOthers(reserved(at), own)) === undefined;
    });
  }

  function youngHolds(sinceMs: number): Standing {
    return sumOf([...ledger.holds()].filter((hold) => hold.endsByTime || hold.sinceMs >= sinceMs));
  }

  function promise(asker: Asker, pod: string, demand: Demand, nodes: readonly string[], own: Standing, nowMs: number) {
    const claims = asker.parts.map(({ claim, deviceClass, bytes }) => {
      const key = claimKeyOf(asker.namespace, claim);
      return { key, deviceClass, bytes: takenBytes(bytes), standsOn: promises.nodeOf(key) };
    });
    const less = new Map([...own].map(([node, bytes]) => [node, leftOf(demand, bytes)]));
    attempts.begin({ pod, demand, nodes, less, claims }, nowMs);
  }

  const ledger: Ledger = {
    claim: (uid, key, claim, nowMs) => {
      const isStranger = claim?.node !== undefined && !claim.bound && promises.nodeOf(key) === undefined;
      if (isStranger && !attempts.knows(key)) takeover.stranger(nowMs);
      const volumeMs = tellsVolumes() ? bounds.volumeMs : 0;
      promises.claim(uid, claim, nowMs, volumeMs, attempts.awaits(key));
      attempts.claim(key, claim, nowMs);
      tellFreed();
    },
    volume: (name, volume, nowMs) => {
      promises.volume(name, volume, nowMs);
      expected.volume(name, volume);
      tellFreed();
    },
    figures: (node, generation, freeBytes, nowMs) => {
      promises.figures(node, generation, freeBytes, nowMs);
      tellFreed();
    },
    takeOver: (nowMs) => takeover.begin(nowMs),
    isTakingOver: ({ nowMs, isFollowing }) => takeover.isUnderWay(nowMs, isFollowing),
    sweep: ({ nowMs, isFollowing }) => {
      if (isFollowing) promises.sweep(nowMs);
      attempts.sweep(nowMs, isFollowing);
      expected.sweep(nowMs, isFollowing);
      takeover.isUnderWay(nowMs, isFollowing);
      tellFreed();
    },
    decide: (asker, nodes, scoring, moment) => {
      const { nowMs } = moment;
      const pod = claimKeyOf(asker.namespace, asker.name);
      ledger.sweep(moment);
      const isQuiet = quiet.ask(pod, nowMs) && attempts.isIdleBut(pod);
      const failures = attempts.askedAgain(pod);
      const own = standing(asker);
      const needed = neededFor(asker.demand, asker.parts);
      const demand = takenBy(asker.demand, asker.parts);
      const seen = field(asker, nodes);
      const survey = surveyOf(needed, seen);
      const { fitting } = survey;
      const through = policy({
        fitting,
        roomy: () => roomyOf(fitting, seen, demand),
        isQuiet,
        mayHoldMany: attempts.spread + fitting.length <= mostSpread,
        failures,
        best: (of, count) => {
          if (of.length <= count) return of;
          const scores = scoreAll(asker.demand, [...asker.demand.keys()], seen, scoring);
          return bestOf(of, scores, count, pod);
        },
      });
      if (through.length > 0) {
        const names =
          through.length === nodes.names.length
            ? nodes.names
            : columnOf(through.length, (nth) => nodes.names[through[nth] ?? -1] ?? "");
        promise(asker, pod, demand, names, own, nowMs);
      }
      tellFreed();
      const passing = through.length === 0 && isPassing(seen, needed, nowMs);
      if (passing) quiet.keep(pod, nowMs);
      return { through, survey, withheld: fitting.length - through.length, needed, isPassing: passing };
    },
    reserve: (wish, nodes, moment) => {
      const { name, deviceClass, moreBytes, wantedBytes, isNew } = wish;
      ledger.sweep(moment);
      expected.askedAgain(wish);
      const known = promises.volumeOf(name);
      const own = isNew ? sumOf(promises.placedFor(name)) : growthOf(known);
      const demand: Demand = new Map([[deviceClass, takenBytes(moreBytes)]]);
      const seen = fieldFor("", own, nodes);
      const node = nodeFor(wish, seen);
      if (node === undefined) {
        tellFreed();
        const isPassingNow = isPassing(seen, new Map([[deviceClass, moreBytes]]), moment.nowMs);
        return { refusal: refusalOf(wish, seen), isPassing: isPassingNow };
      }
      const bytes = restOf(demand, own.get(node), deviceClass);
      expected.begin({ name, node, deviceClass, bytes, wantedBytes, isNew, formerUid: known?.uid }, moment.nowMs);
      tellFreed();
      return { node };
    },
    field,
    *holds() {
      yield* attempts.holds();
      yield* expected.holds();
      yield* promises.holds();
    },
    onFreed: (listener) => {
      const own = (nodes: ReadonlySet<string>) => listener(nodes);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
  return ledger;
}
