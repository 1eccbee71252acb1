import { NativestorError } from "../base/errors.ts";
import type { ClusterView, NodeFacts } from "../cluster/view.ts";

/**
 * Refuses to decide from a view that is not complete or too old: a claim that it lacks may be there, and a pod that is let
 * through without its annotations may be placed wrong.
 * @throws NativestorError `unavailable`
 */
export function requireFresh(view: ClusterView, maxStalenessMs: number): void {
  const { synced, ageMs } = view.health();
  if (!synced) throw new NativestorError("unavailable", "the cluster has not been read yet");
  if (ageMs > maxStalenessMs)
    throw new NativestorError(
      "unavailable",
      `the view of the cluster is ${Math.round(ageMs / 1000)} s old, and at most ${maxStalenessMs / 1000} s are trusted`,
    );
}

/** All nodes, or none where the view is not to be trusted: undefined says that nothing is known of any node. */
export function freshNodes(view: ClusterView, maxStalenessMs: number): NodeFacts[] | undefined {
  const { synced, ageMs } = view.health();
  return synced && ageMs <= maxStalenessMs ? [...view.nodes()] : undefined;
}
