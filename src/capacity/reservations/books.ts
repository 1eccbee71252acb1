import type { Demand } from "../demand.ts";
import { type Field, fieldOf } from "../field.ts";
import { fits } from "../fit.ts";
import type { Nodes } from "../nodes.ts";
import { type Attempts, createAttempts } from "./attempts.ts";
import { createExpected, type Expected } from "./expected.ts";
import type { Bounds, EndReason, Hold, HoldKind } from "./hold.ts";
import { createPromises, type Promises } from "./promises.ts";
import type { Moment } from "./questions.ts";
import { reservedRoom } from "./reserved-room.ts";
import { forOthers, type Standing, sumOf } from "./standing.ts";
import { createTotals, type Totals } from "./totals.ts";

/** All that is held, by how far it has come, and summed. */
export interface Books {
  /** Pods that were let through, and whose choice is not seen yet. */
  readonly attempts: Attempts;
  /** Room that was given for volumes that are not seen yet. */
  readonly expected: Expected;
  /** Claims that name a node, and volumes that no figures contain. */
  readonly promises: Promises;
  readonly totals: Totals;
  /**
   * The nodes with what is reserved there for others.
   * @param pod whose attempt does not count; "" for none
   * @param own what is the asker's among the rest
   */
  field(pod: string, own: Standing, nodes: Nodes): Field;
  /** Does a demand fit somewhere once what may be gone in a moment is gone? */
  isPassing(field: Field, needed: Demand, nowMs: number): boolean;
  /** Ends what is due. */
  sweep(moment: Moment): void;
  holds(): Iterable<Hold>;
}

/**
 * @param mostCounted nodes of one pod that are counted one by one; more are held as a whole
 * @param ended told of each hold that ended, and why
 */
export function createBooks(
  bounds: Bounds,
  mostCounted: number,
  ended: (kind: HoldKind, reason: EndReason) => void,
): Books {
  const totals = createTotals();
  const promises = createPromises(totals, bounds, ended);
  const attempts = createAttempts(totals, bounds, ended, mostCounted);
  const expected = createExpected(totals, bounds, ended);

  function* holds(): Iterable<Hold> {
    yield* attempts.holds();
    yield* expected.holds();
    yield* promises.holds();
  }

  function youngHolds(sinceMs: number): Standing {
    return sumOf([...holds()].filter((hold) => hold.endsByTime || hold.sinceMs >= sinceMs));
  }

  return {
    attempts,
    expected,
    promises,
    totals,
    field: (pod, own, nodes) => {
      // so it is most of the time, and then nothing is looked up
      if (totals.isEmpty() && attempts.isIdleBut(pod) && own.size === 0) return fieldOf(nodes);
      return fieldOf(nodes, reservedRoom(nodes, totals, attempts.heldForOthers(pod), own));
    },
    isPassing: ({ nodes, reserved }, needed, nowMs) => {
      const young = youngHolds(nowMs - bounds.youngMs);
      return nodes.names.some((name, at) => {
        const own = young.get(name);
        return own !== undefined && fits(needed, nodes.supply(at), forOthers(reserved(at), own)) === undefined;
      });
    },
    sweep: ({ nowMs, isFollowing }) => {
      if (isFollowing) promises.sweep(nowMs);
      attempts.sweep(nowMs, isFollowing);
      expected.sweep(nowMs, isFollowing);
    },
    holds,
  };
}
