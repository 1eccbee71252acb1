import type { Clock } from "../base/clock.ts";
import { NativestorError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { type Field, fieldOf } from "../capacity/field.ts";
import { fits } from "../capacity/fit.ts";
import type { Asker } from "../capacity/reservations/questions.ts";
import type { Scoring } from "../capacity/score.ts";
import { scoreAll } from "../capacity/score.ts";
import type { ClusterView, NodeFacts } from "../cluster/view.ts";
import { filterAnswer, filterError } from "./answer/filter-answer.ts";
import type { Pieces } from "./answer/pieces.ts";
import { prioritiesAnswer } from "./answer/priorities.ts";
import type { ExtenderArgs } from "./args/args.ts";
import { confirmStanding, lookUpMissing } from "./decide/catalogue.ts";
import { filter, isRefused } from "./decide/filter.ts";
import { nodesNow, type Question, questionOf, type Surroundings } from "./decide/question.ts";
import type { SecondLook } from "./decide/second-look.ts";
import { whyUnusable } from "./decide/staleness.ts";
import { logFilter, logPrioritize, logUnusable, podName } from "./log-line.ts";
import { mostFrequent, type Outcome } from "./outcome.ts";
import { type Decided, decideReserving } from "./reservations/decide.ts";
import type { Reservations } from "./reservations/start.ts";
import type { ReadRequest } from "./worker/reader.ts";

/** What decisions are taken with. */
export interface DecisionDeps extends Surroundings {
  readonly view: ClusterView;
  readonly scoring: Scoring;
  /** Age of the view above which nothing is decided, in milliseconds. */
  readonly maxStalenessMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Waits for what the scheduler may know already, before a pod is refused everywhere; without it nothing waits. */
  readonly secondLook?: SecondLook;
  /** Room that is promised counts, and who is let through is promised room; without it only published room counts. */
  readonly reservations?: Reservations | undefined;
}

/** An answer with status 200, and what came of the request. */
export interface Answer {
  readonly pieces: Pieces;
  readonly outcome: Outcome;
}

/** Answers a filter request. Where nothing can be decided, `error` says why: kube-scheduler shows it on the pod. */
export async function answerFilter({ args, body }: ReadRequest, deps: DecisionDeps): Promise<Answer> {
  const asked = await ask(args, deps);
  if (typeof asked === "string") return { pieces: filterError(asked), outcome: "unavailable" };
  const decision = await decide(args, asked, deps);
  if ("askAgain" in decision)
    return { pieces: filterError(refuse(args, deps, decision.askAgain)), outcome: "kept-waiting" };
  logFilter(deps.log, args, asked.demand, decision);
  const passed = asked.demand.size === 0 ? "no-demand" : "answered";
  const outcome = isRefused(decision) ? mostFrequent(decision.misfits) : passed;
  return { pieces: filterAnswer(args, body, decision), outcome };
}

// the demand stays what it was: only room is looked at again
async function decide(args: ExtenderArgs, asked: Question, deps: DecisionDeps): Promise<Decided> {
  const { demand } = asked;
  const { reservations, scoring, secondLook } = deps;
  const now = () => nodesNow(args, deps);
  if (reservations !== undefined && demand.size > 0)
    return decideReserving(askerOf(args, asked), now, { reservations, scoring, secondLook });
  const decision = filter(demand, now());
  if (!isRefused(decision) || secondLook === undefined) return decision;
  const names = new Set(args.nodeNames);
  const couldHold = ({ name, supply }: NodeFacts) => names.has(name) && fits(demand, supply) === undefined;
  return (await secondLook(podName(args), couldHold)) ? filter(demand, now()) : decision;
}

function askerOf({ pod: { namespace, name } }: ExtenderArgs, { demand, parts }: Question): Asker {
  return { namespace, name, demand, parts };
}

/**
 * Answers a prioritize request.
 * @throws NativestorError `unavailable` where nothing can be decided: the scheduler then ranks without us
 */
export async function answerPrioritize({ args }: ReadRequest, deps: DecisionDeps): Promise<Answer> {
  const asked = await ask(args, deps);
  if (typeof asked === "string") throw new NativestorError("unavailable", asked);
  const { demand, classes } = asked;
  const scores = classes.length === 0 ? [] : scoreAll(demand, classes, fieldNow(args, asked, deps), deps.scoring);
  logPrioritize(deps.log, args, demand, scores);
  const outcome = classes.length === 0 ? "no-demand" : "answered";
  return { pieces: prioritiesAnswer(args, scores), outcome };
}

function fieldNow(args: ExtenderArgs, asked: Question, deps: DecisionDeps): Field {
  const nodes = nodesNow(args, deps);
  return deps.reservations?.field(askerOf(args, asked), nodes) ?? fieldOf(nodes);
}

// the question, or why there can be no answer
async function ask(args: ExtenderArgs, deps: DecisionDeps): Promise<Question | string> {
  const reason = whyUnusable(deps.view.health(), deps.maxStalenessMs);
  if (reason === undefined) {
    try {
      await confirmStanding(args.pod, deps.view, deps.names, deps.clock.now());
      return questionOf(args.pod, deps, await lookUpMissing(args.pod, deps.view, deps.names));
    } catch (error) {
      const { code, message } = NativestorError.from(error);
      if (code !== "unavailable") throw error;
      return refuse(args, deps, message);
    }
  }
  return refuse(args, deps, reason);
}

function refuse(args: ExtenderArgs, { log }: DecisionDeps, reason: string): string {
  logUnusable(log, args, reason);
  return reason;
}
