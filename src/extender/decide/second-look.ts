import { LRUCache } from "lru-cache";
import type { Clock } from "../../base/clock.ts";
import type { ClusterView, NodeFacts } from "../../cluster/view.ts";
import type { Reservations } from "../reservations/start.ts";

/**
 * Waits a moment before a pod is refused on every node: resolves with true as soon as a node changes so that it
 * `couldHold` the pod, with false when none did, and at once with undefined where the scheduler has been made to wait enough.
 *
 * kube-scheduler puts a refused pod aside and asks again when it learns of a change to a node. It learns of it over a
 * watch of its own, at times milliseconds before our view does. Refused from the old view then, the pod would lie aside
 * until something else changes in the cluster, at worst for the scheduler's five minutes
 * (kube-scheduler's podMaxInUnschedulablePodsDuration).
 *
 * A pod that was not waited for, and was told to come again, comes back by its back-off and not for a change: then no wait is
 * needed, and the answer is false. So many pods that fit nowhere are each refused once, and do not come back for ever.
 * @param pod `NAMESPACE/NAME`
 */
export type SecondLook = (pod: string, couldHold: (node: NodeFacts) => boolean) => Promise<boolean | undefined>;

/** How long to wait. A change has been seen to reach the view within 8 ms of the API server's answer. */
const waitMs = 50;

/** While we wait, the scheduler places nobody: so many waits may come in a row, and then one per `refillMs`. */
const mostWaits = 10;
const refillMs = 500;

/** Pods that were not waited for, those of last. */
const mostRemembered = 10_000;

/** A second look at a view, sparing with the scheduler's time: at most a tenth of it in the long run. */
export function createSecondLook({
  view,
  clock,
  reservations,
}: {
  view: Pick<ClusterView, "node" | "onNodeChange">;
  clock: Clock;
  /** Room that they give back counts as a change. */
  reservations?: Pick<Reservations, "onFreed"> | undefined;
}): SecondLook {
  let waits = mostWaits;
  let refilledAt = clock.monotonic();
  /** When pods were not waited for. */
  const unlooked = new LRUCache<string, number>({ max: mostRemembered });

  function mayWait(): boolean {
    const now = clock.monotonic();
    waits = Math.min(mostWaits, waits + (now - refilledAt) / refillMs);
    refilledAt = now;
    if (waits < 1) return false;
    waits -= 1;
    return true;
  }

  // a back-off takes a second at least; what comes sooner comes for something else
  function isBack(pod: string): boolean {
    const nowMs = clock.monotonic();
    const atMs = unlooked.get(pod);
    if (atMs !== undefined && nowMs - atMs >= waitMs) return unlooked.delete(pod);
    unlooked.set(pod, nowMs);
    return false;
  }

  return async (pod, couldHold) => {
    if (!mayWait()) return isBack(pod) ? false : undefined;
    unlooked.delete(pod);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cancel = clock.after(waitMs, () => resolve(false));
    const unsubscribe = view.onNodeChange((node) => {
      if (couldHold(node)) resolve(true);
    });
    const unsubscribeFreed = reservations?.onFreed((names) => {
      const nodes = [...names].flatMap((name) => view.node(name) ?? []);
      if (nodes.some(couldHold)) resolve(true);
    });
    try {
      return await promise;
    } finally {
      cancel();
      unsubscribe();
      unsubscribeFreed?.();
    }
  };
}
