import {
  type Demand,
  type DemandPart,
  demandFromAnnotations,
  demandOf,
  effectiveDemand,
  type PodFacts,
} from "../../capacity/demand.ts";
import { type Candidate, nothingReserved, type Reserved } from "../../capacity/fit.ts";
import type { Names } from "../../capacity/names.ts";
import type { ClusterView } from "../../cluster/view.ts";
import type { ExtenderArgs } from "../args/args.ts";
import type { ReadSupply } from "./annotated-supply.ts";
import { type Lookups, catalogueFor } from "./catalogue.ts";

/** What a decision looks at beside the request. */
export interface Surroundings {
  readonly view: Pick<ClusterView, "node" | "claim" | "storageClass">;
  readonly names: Names;
  /** Reads the annotations of nodes that came with the request. */
  readonly supplyIn: ReadSupply;
  /** Room that is promised on a node and not yet seen in its free bytes; none by default. */
  readonly reservedOn?: (node: string) => Reserved;
}

/** What is asked for, and who could hold it. */
export interface Question {
  readonly demand: Demand;
  /** Classes that count in the score: the demanded ones, and those annotated with no number. */
  readonly classes: readonly string[];
  /** The unbound claims that the demand comes from. */
  readonly parts: readonly DemandPart[];
  /** In the order of the request. */
  readonly candidates: readonly Candidate[];
}

/** Puts together what a decision needs. */
export function questionOf(args: ExtenderArgs, surroundings: Surroundings, lookups: Lookups): Question {
  const { demand, classes, parts } = demandOfPod(args.pod, surroundings, lookups);
  const asked = classes.length > 0;
  return { demand, classes, parts, candidates: asked ? candidatesOf(args, surroundings) : [] };
}

function demandOfPod(pod: PodFacts, { view, names }: Surroundings, lookups: Lookups): Omit<Question, "candidates"> {
  const annotated = demandFromAnnotations(pod.annotations, names);
  const seen = demandOf(pod, catalogueFor(view, lookups), names);
  const demand = effectiveDemand(annotated.demand, seen);
  return { demand, parts: seen.parts, classes: [...new Set([...demand.keys(), ...annotated.classes])] };
}

/** The candidates with the room that is known of them now. */
export function candidatesOf(
  { nodeNames, full }: ExtenderArgs,
  { view, supplyIn, reservedOn }: Surroundings,
): Candidate[] {
  return nodeNames.map((name, at) => ({
    // the view is fresher than the scheduler's copy of the node
    supply: view.node(name)?.supply ?? supplyIn(full?.annotations[at] ?? ""),
    reserved: reservedOn === undefined ? nothingReserved : reservedOn(name),
  }));
}
