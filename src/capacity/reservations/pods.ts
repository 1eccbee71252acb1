import { columnOf } from "../column.ts";
import type { Demand } from "../demand.ts";
import type { Field } from "../field.ts";
import type { Nodes } from "../nodes.ts";
import { type Scoring, scoreAll } from "../score.ts";
import { surveyOf } from "../survey.ts";
import type { Attempt } from "./attempts.ts";
import { bestOf } from "./best.ts";
import type { Books } from "./books.ts";
import type { Choice } from "./choose.ts";
import { claimKeyOf } from "./facts.ts";
import type { Asker, Moment, Verdict } from "./questions.ts";
import { createQuiet } from "./quiet.ts";
import { roomyOf } from "./roomy.ts";
import { leftOf, type Standing, standingOf } from "./standing.ts";
import { neededFor, takenBy, takenBytes } from "./unit.ts";

/** Gives room to pods. */
export interface Pods {
  /** Lets a pod through to some of the nodes and holds its bytes there. What is due has been ended. */
  decide(asker: Asker, nodes: Nodes, scoring: Scoring, moment: Moment): Verdict;
  /** The nodes with what is reserved there for others. */
  field(asker: Asker, nodes: Nodes): Field;
}

/** Most nodes that all promises in flight hold together; bounds memory, and how much is held for nothing. */
const mostSpread = 100_000;

/**
 * @param policy to which nodes a pod is let through
 * @param quietMs see `Bounds`
 */
export function createPods(books: Books, policy: (choice: Choice) => readonly number[], quietMs: number): Pods {
  const { attempts, promises } = books;
  const quiet = createQuiet(quietMs);

  function standing({ namespace, parts }: Asker): Standing {
    return standingOf(parts, ({ claim }) => promises.nodeOf(claimKeyOf(namespace, claim)));
  }

  function attemptOf(asker: Asker, pod: string, demand: Demand, nodes: readonly string[], own: Standing): Attempt {
    const claims = asker.parts.map(({ claim, deviceClass, bytes }) => {
      const key = claimKeyOf(asker.namespace, claim);
      return { key, deviceClass, bytes: takenBytes(bytes), standsOn: promises.nodeOf(key) };
    });
    const less = new Map([...own].map(([node, bytes]) => [node, leftOf(demand, bytes)]));
    return { pod, demand, nodes, less, claims };
  }

  return {
    decide: (asker, nodes, scoring, { nowMs, isFollowing }) => {
      const pod = podOf(asker);
      const isQuiet = quiet.ask(pod, nowMs) && attempts.isIdleBut(pod);
      const failures = attempts.askedAgain(pod, isFollowing);
      const own = standing(asker);
      const needed = neededFor(asker.demand, asker.parts);
      const demand = takenBy(asker.demand, asker.parts);
      const field = books.field(pod, own, nodes);
      const survey = surveyOf(needed, field);
      const { fitting } = survey;
      const through = policy({
        fitting,
        roomy: () => roomyOf(fitting, field, demand),
        isQuiet,
        mayHoldMany: attempts.spread + fitting.length <= mostSpread,
        failures,
        best: (of, count) => {
          if (of.length <= count) return of;
          const scores = scoreAll(asker.demand, [...asker.demand.keys()], field, scoring);
          return bestOf(of, scores, count, pod);
        },
      });
      const isPassing = through.length === 0 && books.isPassing(field, needed, nowMs);
      if (isPassing) quiet.keep(pod, nowMs);
      if (through.length > 0) attempts.begin(attemptOf(asker, pod, demand, namesAt(through, nodes), own), nowMs);
      return { through, survey, withheld: fitting.length - through.length, needed, isPassing };
    },
    field: (asker, nodes) => books.field(podOf(asker), standing(asker), nodes),
  };
}

function podOf({ namespace, name }: Asker): string {
  return claimKeyOf(namespace, name);
}

function namesAt(through: readonly number[], { names }: Nodes): readonly string[] {
  if (through.length === names.length) return names;
  return columnOf(through.length, (nth) => names[through[nth] ?? -1] ?? "");
}
