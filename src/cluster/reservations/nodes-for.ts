import type { VolumeWish } from "../../capacity/reservations/wish.ts";
import type { ClusterView, NodeFacts } from "../view.ts";

/** The nodes on which a volume may be, as far as they are known. */
export function nodesFor({ possible }: VolumeWish, view: Pick<ClusterView, "node" | "nodes">): NodeFacts[] {
  if (possible === undefined) return [...view.nodes()];
  return [...possible].flatMap((name) => view.node(name) ?? []);
}
