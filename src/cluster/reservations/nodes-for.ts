import { type Nodes, nodesOf } from "../../capacity/nodes.ts";
import type { VolumeWish } from "../../capacity/reservations/wish.ts";
import type { ClusterView } from "../view.ts";

/** The nodes on which a volume may be, as far as they are known. */
export function nodesFor({ possible }: VolumeWish, view: Pick<ClusterView, "node" | "nodes">): Nodes {
  if (possible === undefined) return nodesOf([...view.nodes()]);
  return nodesOf([...possible].flatMap((name) => view.node(name) ?? []));
}
