import {
  type Demand,
  type DemandPart,
  demandFromAnnotations,
  demandOf,
  effectiveDemand,
  type PodFacts,
} from "../../capacity/demand.ts";
import type { Names } from "../../capacity/names.ts";
import { type Nodes, nodesOf } from "../../capacity/nodes.ts";
import type { FollowedRooms } from "../../cluster/follow-rooms.ts";
import type { ClusterView } from "../../cluster/view.ts";
import type { ExtenderArgs } from "../args/args.ts";
import type { ReadSupply } from "./annotated-supply.ts";
import { type Lookups, catalogueFor } from "./catalogue.ts";

/** What a decision looks at beside the request. */
export interface Surroundings {
  readonly view: Pick<ClusterView, "node" | "claim" | "storageClass">;
  readonly names: Names;
  /** The room of the view's nodes. */
  readonly rooms: FollowedRooms;
  /** Reads the annotations of nodes that came with the request. */
  readonly supplyIn: ReadSupply;
}

/** What is asked for. */
export interface Question {
  readonly demand: Demand;
  /** Classes that count in the score: the demanded ones, and those annotated with no number. */
  readonly classes: readonly string[];
  /** The unbound claims that the demand comes from. */
  readonly parts: readonly DemandPart[];
}

/** Works out what a pod asks for. */
export function questionOf(
  pod: PodFacts,
  { view, names }: Pick<Surroundings, "view" | "names">,
  lookups: Lookups,
): Question {
  const annotated = demandFromAnnotations(pod.annotations, names);
  const seen = demandOf(pod, catalogueFor(view, lookups), names);
  const demand = effectiveDemand(annotated.demand, seen);
  return { demand, parts: seen.parts, classes: [...new Set([...demand.keys(), ...annotated.classes])] };
}

/** The candidates of a request with the room that is known of them now; to be asked before anything else happens. */
export function nodesNow({ nodeNames, found, full }: ExtenderArgs, { view, rooms, supplyIn }: Surroundings): Nodes {
  if (full === undefined) return rooms.now().nodes(nodeNames, found);
  // the view is fresher than the scheduler's copy of the node
  const supplyAt = (name: string, at: number) => view.node(name)?.supply ?? supplyIn(full.annotations[at] ?? "");
  return nodesOf(nodeNames.map((name, at) => ({ name, supply: supplyAt(name, at) })));
}
