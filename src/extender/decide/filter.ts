import { fits, type Misfit, Reasons } from "../../capacity/fit.ts";
import type { Question } from "./question.ts";

/** Which candidates can hold a pod. */
export interface FilterDecision {
  /** Positions of the candidates that fit. */
  readonly fitting: readonly number[];
  /** The others, by position, with the reason against each. */
  readonly refused: ReadonlyMap<number, Refusal>;
}

export interface Refusal {
  readonly kind: Misfit["kind"];
  readonly text: string;
}

/**
 * Sorts the candidates of a question into those that can hold the demand and those that cannot.
 * @param count how many candidates were asked about; where nothing is demanded all of them fit
 */
export function filter({ demand, candidates }: Question, count: number): FilterDecision {
  if (demand.size === 0) return { fitting: Array.from({ length: count }, (_, at) => at), refused: new Map() };
  const reasons = new Reasons(demand, candidates);
  const fitting: number[] = [];
  const refused = new Map<number, Refusal>();
  candidates.forEach(({ supply, reserved }, at) => {
    const misfit = fits(demand, supply, reserved);
    if (misfit === undefined) fitting.push(at);
    else refused.set(at, { kind: misfit.kind, text: reasons.textOf(misfit) });
  });
  return { fitting, refused };
}
