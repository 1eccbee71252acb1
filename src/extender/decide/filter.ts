import type { Demand } from "../../capacity/demand.ts";
import { fieldOf } from "../../capacity/field.ts";
import type { Misfit } from "../../capacity/fit.ts";
import type { Nodes } from "../../capacity/nodes.ts";
import { type Misfits, type Survey, surveyOf } from "../../capacity/survey.ts";

/** Which candidates can hold a pod. */
export interface FilterDecision {
  /** Positions of the candidates that the pod is let through to. */
  readonly fitting: readonly number[];
  /** Why candidates cannot hold it, by position; undefined for the others. */
  readonly misfits: Misfits;
  /** The reason for a misfit. */
  readonly textOf: Survey["textOf"];
}

/** Sorts candidates into those that can hold a demand and those that cannot; where nothing is demanded all of them fit. */
export function filter(demand: Demand, nodes: Nodes): FilterDecision {
  return surveyOf(demand, fieldOf(nodes));
}

/** The pod is let through to none of the candidates, and there are some. */
export function isRefused({ fitting, misfits }: Pick<FilterDecision, "fitting" | "misfits">): boolean {
  return fitting.length === 0 && misfits.some((misfit) => misfit !== undefined);
}

/** How many candidates each misfit stands against. */
export function countOf(misfits: Misfits): Map<Misfit, number> {
  const counts = new Map<Misfit, number>();
  for (const misfit of misfits) if (misfit !== undefined) counts.set(misfit, (counts.get(misfit) ?? 0) + 1);
  return counts;
}
