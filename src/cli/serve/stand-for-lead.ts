import { once } from "node:events";
import type { Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import type { Reservations } from "../../extender/reservations/start.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { ownNamespace } from "../../kube/own-namespace.ts";
import { registerLeading } from "../leading.ts";
import { takeTurns } from "./take-turns.ts";

export interface StandOptions {
  readonly access: KubeAccess;
  readonly reservations: Pick<Reservations, "lead">;
  /** Where the lease is; undefined stands for the pod's own. */
  readonly namespace: string | undefined;
  readonly names: Names;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Who is silent for so long is taken for dead. With the time in which its promises come to light another one answers within five seconds. */
const durationMs = 2_000;

/**
 * Takes its turn, for as long as the service runs, to be the one of several replicas that answers the scheduler. The answer
 * gives the turn back, so that the next one need not wait.
 */
export async function standForLead(options: StandOptions): Promise<() => Promise<void>> {
  const { access, reservations, names, registry, clock, log } = options;
  const setLeading = registerLeading(registry);
  return takeTurns({
    access,
    namespace: options.namespace ?? (await ownNamespace()),
    lease: `${names.driver.replaceAll(".", "-")}-extender`,
    clock,
    log,
    durationMs,
    lead: async (leadership, over) => {
      reservations.lead(leadership);
      setLeading(true);
      if (!over.aborted) await once(over, "abort");
      reservations.lead(undefined);
      setLeading(false);
    },
  });
}
