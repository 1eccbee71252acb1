import { fits } from "../../capacity/fit.ts";
import { type Nodes, nodesOf } from "../../capacity/nodes.ts";
import type { Asker, Verdict } from "../../capacity/reservations/questions.ts";
import type { Scoring } from "../../capacity/score.ts";
import { type FilterDecision, isRefused } from "../decide/filter.ts";
import type { SecondLook } from "../decide/second-look.ts";
import type { NodeFacts } from "../../cluster/view.ts";
import { ownersOn } from "./report.ts";
import type { Reservations } from "./start.ts";

export interface ReservedDecisionDeps {
  readonly reservations: Reservations;
  readonly scoring: Scoring;
  readonly secondLook: SecondLook | undefined;
}

/** A decision, or why the scheduler has to ask again. */
export type Decided = FilterDecision | { readonly askAgain: string };

/**
 * Decides with the ledger. Nobody else is decided on between what is read and what is held.
 * @param nodesNow the nodes as they are at each look
 */
export async function decideReserving(
  asker: Asker,
  nodesNow: () => Nodes,
  { reservations, scoring, secondLook }: ReservedDecisionDeps,
): Promise<Decided> {
  const why = reservations.whyNot();
  if (why !== undefined) return { askAgain: why };
  const nodes = nodesNow();
  const first = reservations.decide(asker, nodes, scoring);
  if (first.through.length > 0 || secondLook === undefined) return conclude(first, nodes, true, reservations);
  const names = new Set(nodes.names);
  const couldHold = (node: NodeFacts): boolean => {
    if (!names.has(node.name)) return false;
    const reserved = reservations.field(asker, nodesOf([node])).reserved(0);
    return fits(first.needed, node.supply, reserved) === undefined;
  };
  const look = await secondLook(`${asker.namespace}/${asker.name}`, couldHold);
  // what it waits for need not have come: what was held then may be gone by now all the same
  const now = nodesNow();
  return conclude(reservations.decide(asker, now, scoring), now, look !== undefined, reservations);
}

// a refusal that may be wrong in a moment, or from what we have not seen yet, is none: no event would bring the pod back
function conclude(verdict: Verdict, { names }: Nodes, hasLooked: boolean, reservations: Reservations): Decided {
  const { through, survey, isPassing } = verdict;
  const { misfits, textOf } = survey;
  const decision = { fitting: through, misfits, textOf };
  if (!isRefused(decision) || (!isPassing && hasLooked && reservations.isFollowing())) return decision;
  const noRoom = misfits.find((misfit) => misfit?.kind === "no-room");
  return noRoom === undefined ? decision : { askAgain: askAgainText(textOf(noRoom), isPassing, names, reservations) };
}

function askAgainText(reason: string, isPassing: boolean, names: readonly string[], reservations: Reservations) {
  if (!isPassing) return `${reason}; looking again`;
  const owners = ownersOn(reservations.holds(), new Set(names));
  return `${reason}; room is reserved for ${owners}; looking again`;
}
