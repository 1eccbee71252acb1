import { fits } from "../../capacity/fit.ts";
import type { AskedNode, Asker, Verdict } from "../../capacity/reservations/ledger.ts";
import type { Scoring } from "../../capacity/score.ts";
import { type FilterDecision, refusedOf } from "../decide/filter.ts";
import type { SecondLook } from "../decide/second-look.ts";
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
  nodesNow: () => readonly AskedNode[],
  { reservations, scoring, secondLook }: ReservedDecisionDeps,
): Promise<Decided> {
  const why = reservations.whyNot();
  if (why !== undefined) return { askAgain: why };
  const nodes = nodesNow();
  const first = reservations.decide(asker, nodes, scoring);
  if (first.through.length > 0 || secondLook === undefined) return conclude(first, nodes, true, reservations);
  const names = new Set(nodes.map(({ name }) => name));
  const look = await secondLook(
    (node) =>
      names.has(node.name) && fits(first.needed, node.supply, reservedOn(asker, node, reservations)) === undefined,
  );
  // what it waits for need not have come: what was held then may be gone by now all the same
  const now = nodesNow();
  return conclude(reservations.decide(asker, now, scoring), now, look !== undefined, reservations);
}

function reservedOn(asker: Asker, node: AskedNode, reservations: Reservations) {
  return reservations.candidates(asker, [node])[0]?.reserved;
}

// a refusal that may be wrong in a moment, or from what we have not seen yet, is none: no event would bring the pod back
function conclude(
  verdict: Verdict,
  nodes: readonly AskedNode[],
  hasLooked: boolean,
  reservations: Reservations,
): Decided {
  const { through, misfits, survey, isPassing } = verdict;
  if (through.length === 0 && misfits.size > 0 && (isPassing || !hasLooked || !reservations.isFollowing())) {
    const noRoom = [...misfits.values()].find(({ kind }) => kind === "no-room");
    if (noRoom !== undefined) return { askAgain: askAgainText(survey.textOf(noRoom), verdict, nodes, reservations) };
  }
  return { fitting: through, refused: refusedOf(misfits, survey) };
}

function askAgainText(reason: string, { isPassing }: Verdict, nodes: readonly AskedNode[], reservations: Reservations) {
  if (!isPassing) return `${reason}; looking again`;
  const owners = ownersOn(reservations.holds(), new Set(nodes.map(({ name }) => name)));
  return `${reason}; room is reserved for ${owners}; looking again`;
}
