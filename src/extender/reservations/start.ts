import type { Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import { messageOf, NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Field } from "../../capacity/field.ts";
import type { Names } from "../../capacity/names.ts";
import type { Nodes } from "../../capacity/nodes.ts";
import { type Bounds, defaultBounds, type Hold } from "../../capacity/reservations/hold.ts";
import { createLedger } from "../../capacity/reservations/ledger.ts";
import type { Asker, Moment, Verdict } from "../../capacity/reservations/questions.ts";
import type { Grant, VolumeWish } from "../../capacity/reservations/wish.ts";
import type { Scoring } from "../../capacity/score.ts";
import type { Traces } from "../../cluster/traces.ts";
import type { ClusterView } from "../../cluster/view.ts";
import { feed } from "../../cluster/reservations/feed.ts";
import { nodesFor } from "../../cluster/reservations/nodes-for.ts";
import { registerReservationMetrics } from "./metrics.ts";

/** The ledger as a running service has it. */
export interface Reservations {
  /** Another replica answers the scheduler. */
  isStandby(): boolean;
  /** Why nothing can be promised now; undefined where it can. */
  whyNot(): string | undefined;
  /** It is our turn to answer, for as long as the lead is held; undefined where it is not any more. */
  lead(leadership: { holds(): boolean } | undefined): void;
  decide(asker: Asker, nodes: Nodes, scoring: Scoring): Verdict;
  /** The nodes with what is reserved there for others. */
  field(asker: Asker, nodes: Nodes): Field;
  /** Gives room to a volume that no pod asked for. @throws NativestorError `unavailable` where nothing can be promised now */
  reserve(wish: VolumeWish): Grant;
  /** What happens in the cluster is seen as it happens. */
  isFollowing(): boolean;
  holds(): Iterable<Hold>;
  /** Monotonic milliseconds, in which the age of a hold counts. */
  nowMs(): number;
  onFreed(listener: (nodes: ReadonlySet<string>) => void): () => void;
  close(): void;
}

export interface ReservationsOptions {
  readonly view: Pick<ClusterView, "node" | "nodes" | "storageClass">;
  /** Undefined where nobody tells what becomes of promises: each then ends by its bound. */
  readonly traces: Traces | undefined;
  readonly names: Names;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  readonly bounds?: Partial<Bounds>;
  /** There are other replicas: nothing is promised without the lead. */
  readonly waitsForLead?: boolean;
}

/** How often is looked whether a bound is due, beside every decision. */
const sweepMs = 500;

/** Starts at once. Nothing is promised before the cluster has been read, and what a predecessor promised is visible. */
export function startReservations(options: ReservationsOptions): Reservations {
  const { view, traces, names, clock, log, registry, waitsForLead = false } = options;
  let leadership: { holds(): boolean } | undefined;
  const bounds: Bounds = { ...defaultBounds, ...options.bounds };
  const metrics = registerReservationMetrics(registry, () => ({ holds: ledger.holds(), nowMs: clock.monotonic() }));
  const ledger = createLedger({
    bounds,
    ended: (kind, reason) => metrics.ended(kind, reason),
    tellsVolumes: () => traces?.hasVolumes() ?? false,
  });
  let isFed = traces === undefined;
  let stopFeed = (): void => undefined;
  let stopSweep = (): void => undefined;
  let isClosed = false;

  const isFollowing = () => traces?.isFollowing() ?? true;
  const moment = (): Moment => ({ nowMs: clock.monotonic(), isFollowing: isFollowing() });

  async function begin(all: Traces): Promise<void> {
    await all.whenSynced();
    if (isClosed) return;
    stopFeed = feed({ ledger, view, traces: all, names, clock });
    ledger.takeOver(clock.monotonic());
    isFed = true;
  }

  function sweep(): void {
    ledger.sweep(moment());
    stopSweep = clock.after(sweepMs, sweep);
  }

  sweep();
  if (traces !== undefined)
    begin(traces).catch((error: unknown) => log.error({ error: messageOf(error) }, "reservations cannot begin"));

  const isStandby = () => waitsForLead && leadership?.holds() !== true;

  function whyNot(): string | undefined {
    if (isStandby()) return "another replica answers the scheduler";
    if (!isFed) return "the cluster has not been read yet";
    if (!ledger.isTakingOver(moment())) return undefined;
    return `the service has just begun: it waits for what was promised before, ${bounds.inFlightMs / 1000} s or more`;
  }

  return {
    isStandby,
    lead: (given) => {
      leadership = given;
      if (given !== undefined) ledger.takeOver(clock.monotonic());
    },
    whyNot,
    decide: (asker, nodes, scoring) => {
      const verdict = ledger.decide(asker, nodes, scoring, moment());
      metrics.decided(verdict);
      return verdict;
    },
    field: (asker, nodes) => ledger.field(asker, nodes),
    reserve: (wish) => {
      const why = whyNot();
      if (why !== undefined) throw new NativestorError("unavailable", why);
      const grant = ledger.reserve(wish, nodesFor(wish, view), moment());
      metrics.granted(grant);
      return grant;
    },
    isFollowing,
    holds: () => ledger.holds(),
    nowMs: () => clock.monotonic(),
    onFreed: (listener) => ledger.onFreed(listener),
    close: () => {
      isClosed = true;
      stopSweep();
      stopFeed();
    },
  };
}
