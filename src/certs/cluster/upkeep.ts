import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { createBackoff } from "../../kube/backoff.ts";
import { KubeError } from "../../kube/errors.ts";
import { pause } from "../../kube/limit.ts";
import { serverAheadMs } from "../../kube/server-time.ts";
import { complaintsOf, decide } from "./decide.ts";
import type { UpkeepMetrics } from "./metrics.ts";
import type { Wishes } from "./model.ts";
import { type Place, readObjects, understand } from "./objects.ts";
import { perform } from "./perform.ts";
import { createBundleWatch } from "./unchanged.ts";

export interface UpkeepOptions {
  readonly place: Place;
  readonly wishes: Wishes;
  readonly metrics: UpkeepMetrics;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Aborts at the next change of one of the objects. */
  readonly nextChange: () => AbortSignal;
}

/** Clocks of machines that are looked after differ by less. */
const tolerableMs = 60_000;
/** Objects are looked at by themselves too, as the clock may be set and watches may be late. */
const lookEveryMs = 60_000;
/** So many changes in a row are a contest with somebody else. */
const manySteps = 20;
const contestMs = 1_000;

/** Keeps the certificates of a cluster until `signal` aborts: one change at a time, each on what is read just before. */
export async function upkeep(options: UpkeepOptions): Promise<void> {
  const { place, wishes, metrics, clock, random, log, signal } = options;
  const backoff = createBackoff(random);
  const bundles = createBundleWatch(clock);
  let [steps, lastComplaint, wasOff] = [0, "", false];

  /** Answers how long there is nothing to do, in milliseconds. */
  async function step(): Promise<number> {
    const nowMs = clock.now() + (await correction());
    const objects = await readObjects(place);
    const understood = understand(objects);
    const observed = { ...understood, bundlesUnchangedMs: bundles.unchangedMs(understood.bundles) };
    metrics.observed(observed);
    const action = decide(observed, wishes, nowMs);
    complain([...(action.do === "refuse" ? [action.because] : []), ...complaintsOf(observed)]);
    if (action.do === "refuse") return lookEveryMs;
    if (action.do === "wait") return Math.min(lookEveryMs, action.untilMs - nowMs);
    await perform(place, action, { objects, observed, wishes, nowMs });
    log.info(wordsOf(action), "changed the certificates of the cluster");
    return 0;
  }

  /** What our clock is to be corrected by: certificates have to hold by the clock of the API server, which checks them. */
  async function correction(): Promise<number> {
    const aheadMs = await serverAheadMs(place.access, clock);
    metrics.ahead(aheadMs);
    const isOff = Math.abs(aheadMs) > tolerableMs;
    if (isOff && !wasOff)
      log.error(
        { aheadSeconds: Math.round(-aheadMs / 1000) },
        "the clock of this machine is wrong by that of the API server, which counts for certificates: set it right",
      );
    wasOff = isOff;
    return isOff ? aheadMs : 0;
  }

  function complain(complaints: readonly string[]): void {
    const text = complaints.join("; ");
    metrics.failing(complaints.length > 0);
    if (text !== "" && text !== lastComplaint) log.error({ error: text }, "certificates are not kept");
    lastComplaint = text;
  }

  function succeeded(waitMs: number): number {
    backoff.reset();
    return waitMs;
  }

  function failed(error: unknown): number {
    // somebody else was faster: look again
    const isRace = error instanceof KubeError && (error.status === 409 || error.status === 422);
    if (!isRace) {
      metrics.failing(true);
      log.warn({ error: messageOf(error) }, "cannot see to the certificates");
    }
    return backoff.next();
  }

  while (!signal.aborted) {
    const changed = options.nextChange();
    let waitMs = await step().then(succeeded, failed);
    steps = waitMs === 0 ? steps + 1 : 0;
    const isContest = steps > manySteps;
    if (isContest) waitMs = contestMs;
    // what has changed is our own doing then, or the other's
    if (waitMs > 0) await pause(clock, waitMs, isContest ? signal : AbortSignal.any([signal, changed]));
  }
}

function wordsOf(action: { readonly do: string; readonly leaf?: string; readonly because?: string }): object {
  return { change: action.do, certificate: action.leaf, because: action.because };
}
