import { type Misfit, Survey } from "../../capacity/fit.ts";
import type { Question } from "./question.ts";

/** Which candidates can hold a pod. */
export interface FilterDecision {
  /** Positions of the candidates that the pod is let through to. */
  readonly fitting: readonly number[];
  /** Those that cannot hold it, each with the reason. */
  readonly refused: readonly Refused[];
}

export interface Refused {
  /** Position of the candidate. */
  readonly at: number;
  readonly kind: Misfit["kind"];
  readonly text: string;
}

/**
 * Sorts the candidates of a question into those that can hold the demand and those that cannot.
 * @param count how many candidates were asked about; where nothing is demanded all of them fit
 */
export function filter({ demand, candidates }: Question, count: number): FilterDecision {
  if (demand.size === 0) return { fitting: Array.from({ length: count }, (_, at) => at), refused: [] };
  const survey = new Survey(demand);
  const fitting: number[] = [];
  const misfits = new Map<number, Misfit>();
  for (const [at, candidate] of candidates.entries()) {
    const misfit = survey.check(candidate);
    if (misfit === undefined) fitting.push(at);
    else misfits.set(at, misfit);
  }
  return { fitting, refused: refusedOf(misfits, survey) };
}

/** Words the misfits of an answer. */
export function refusedOf(misfits: ReadonlyMap<number, Misfit>, survey: Survey): Refused[] {
  return Array.from(misfits, ([at, misfit]) => ({ at, kind: misfit.kind, text: survey.textOf(misfit) }));
}
