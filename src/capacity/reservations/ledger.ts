import type { Field } from "../field.ts";
import type { Nodes } from "../nodes.ts";
import type { Scoring } from "../score.ts";
import type { RoomByClass } from "../supply.ts";
import { createBooks } from "./books.ts";
import { type Choice, letThrough } from "./choose.ts";
import type { ClaimTrace, VolumeTrace } from "./facts.ts";
import { createFreed } from "./freed.ts";
import { grantOf } from "./grant.ts";
import { type Bounds, defaultBounds, type EndReason, type Hold, type HoldKind } from "./hold.ts";
import { createPods } from "./pods.ts";
import type { Asker, Moment, Verdict } from "./questions.ts";
import { createTakeover } from "./takeover.ts";
import type { Grant, VolumeWish } from "./wish.ts";

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
  /** A pod was let through, here or by a predecessor, and its choice may not have been seen. */
  isWaiting(nowMs: number): boolean;
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

/** A ledger without entries. Time comes in with each call, so that it does nothing by itself. */
export function createLedger(options: LedgerOptions = {}): Ledger {
  const bounds: Bounds = { ...defaultBounds, ...options.bounds };
  const { policy = letThrough, ended = () => undefined, tellsVolumes = () => true } = options;
  const books = createBooks(bounds, options.mostCounted ?? defaultMostCounted, ended);
  const pods = createPods(books, policy, bounds.quietMs);
  const takeover = createTakeover(bounds);
  const freed = createFreed(books.totals);
  const { attempts, expected, promises } = books;

  function sweep(moment: Moment): void {
    books.sweep(moment);
    takeover.isUnderWay(moment.nowMs, moment.isFollowing);
    freed.tell();
  }

  return {
    claim: (uid, key, claim, nowMs) => {
      const isStranger = claim?.node !== undefined && !claim.bound && promises.nodeOf(key) === undefined;
      if (isStranger && !attempts.knows(key)) takeover.stranger(nowMs);
      const volumeMs = tellsVolumes() ? bounds.volumeMs : 0;
      promises.claim(uid, claim, nowMs, volumeMs, attempts.awaits(key));
      attempts.claim(key, claim, nowMs);
      freed.tell();
    },
    volume: (name, volume, nowMs) => {
      promises.volume(name, volume, nowMs);
      expected.volume(name, volume);
      freed.tell();
    },
    figures: (node, generation, freeBytes, nowMs) => {
      promises.figures(node, generation, freeBytes, nowMs);
      freed.tell();
    },
    takeOver: (nowMs) => takeover.begin(nowMs),
    isTakingOver: ({ nowMs, isFollowing }) => takeover.isUnderWay(nowMs, isFollowing),
    sweep,
    decide: (asker, nodes, scoring, moment) => {
      sweep(moment);
      const verdict = pods.decide(asker, nodes, scoring, moment);
      freed.tell();
      return verdict;
    },
    reserve: (wish, nodes, moment) => {
      sweep(moment);
      const grant = grantOf(wish, nodes, books, moment.nowMs);
      freed.tell();
      return grant;
    },
    field: (asker, nodes) => pods.field(asker, nodes),
    isWaiting: (nowMs) => takeover.isOpen(nowMs) || !attempts.isIdleBut(""),
    holds: () => books.holds(),
    onFreed: (listener) => freed.listen(listener),
  };
}
