/** What the policy looks at. Positions are those of the request. */
export interface Choice {
  /** Candidates that can hold the pod, in the order of the request. */
  readonly fitting: readonly number[];
  /** Those of them that can hold a second one of the same kind beside the pod. */
  readonly roomy: () => readonly number[];
  /** Nobody else has asked for a while. */
  readonly isQuiet: boolean;
  /** There may be more promises that are held in many places. */
  readonly mayHoldMany: boolean;
  /** Attempts of the pod in a row that came to nothing. */
  readonly failures: number;
  /** The best `count` of these, by our own score. */
  readonly best: (of: readonly number[], count: number) => readonly number[];
}

/** In a burst: enough for the scheduler to have a choice, and not so many that the choice costs the ledger time. */
const mostInBurst = 64;
/** The same, where so much is held already that it has to end. */
const few = 4;
/** Most tight nodes that one pod is let through to. */
const mostTight = 8;

/**
 * To which of the nodes that can hold a pod it is let through. Its bytes are held on all of them until the scheduler's choice is seen,
 * so that each node more is one that the next pod may miss:
 * - In quiet, all: there is no next pod, and the scheduler's preferences count.
 * - In a burst, those that can hold another pod of its kind too, up to 64 of them, the best by our own score: nobody misses anything.
 * - Where no node can, one, so that what is held is what will be used. After an attempt that came to nothing (another
 *   extender, a plugin or a permit said no) two, then four, so that nothing is tried for ever.
 */
export function letThrough(choice: Choice): readonly number[] {
  const { fitting, isQuiet, mayHoldMany, failures, best } = choice;
  if (fitting.length <= 1) return fitting;
  if (isQuiet && mayHoldMany) return fitting;
  const roomy = choice.roomy();
  if (roomy.length > 0) return best(roomy, mayHoldMany ? mostInBurst : few);
  return best(fitting, Math.min(2 ** Math.min(failures, 10), mostTight));
}
