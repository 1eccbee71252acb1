import type { Logger } from "../base/log.ts";
import type { Demand } from "../capacity/demand.ts";
import { formatBytes } from "../capacity/quantity.ts";
import type { ExtenderArgs } from "./args/args.ts";
import { countOf, type FilterDecision, isRefused } from "./decide/filter.ts";

/** One line per decision: at info where no node is left, else at debug. */
export function logFilter(log: Logger, args: ExtenderArgs, demand: Demand, decision: FilterDecision): void {
  const isRefusal = isRefused(decision);
  const level = isRefusal ? "info" : "debug";
  if (!log.isLevelEnabled(level)) return;
  const fields = {
    pod: podName(args),
    demand: demandText(demand),
    fit: decision.fitting.length,
    refused: counts(decision),
  };
  log[level](fields, isRefusal ? "no node can hold the pod" : "filtered");
}

/** One line per decision, at debug. */
export function logPrioritize(log: Logger, args: ExtenderArgs, demand: Demand, scores: readonly number[]): void {
  if (!log.isLevelEnabled("debug")) return;
  const best = scores.length === 0 ? undefined : scores.reduce((most, score) => Math.max(most, score));
  log.debug({ pod: podName(args), demand: demandText(demand), nodes: args.nodeNames.length, best }, "prioritized");
}

/** A request that could not be decided, at info. */
export function logUnusable(log: Logger, args: ExtenderArgs, reason: string): void {
  log.info({ pod: podName(args), reason }, "cannot decide");
}

/** `NAMESPACE/NAME`. */
export function podName({ pod }: ExtenderArgs): string {
  return `${pod.namespace}/${pod.name}`;
}

function demandText(demand: Demand): string {
  return [...demand].map(([deviceClass, bytes]) => `${deviceClass} ${formatBytes(bytes, "up")}`).join(", ") || "none";
}

// as many texts as there are classes, at most
function counts({ misfits, textOf }: FilterDecision): Record<string, number> {
  const counted = new Map<string, number>();
  for (const [misfit, count] of countOf(misfits))
    counted.set(textOf(misfit), (counted.get(textOf(misfit)) ?? 0) + count);
  return Object.fromEntries(counted);
}
