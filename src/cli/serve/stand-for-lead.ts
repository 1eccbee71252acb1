import { once } from "node:events";
import { Gauge, type Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import type { Reservations } from "../../extender/reservations/start.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { ownNamespace } from "../../kube/own-namespace.ts";
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
  const leading = new Gauge({
    name: "nativestor_leading",
    help: "1 where this process does what is done once in a cluster, 0 where it waits.",
    registers: [registry],
  });
  leading.set(0);
  return takeTurns({
    access,
    namespace: options.namespace ?? (await ownNamespace()),
    lease: `${names.driver.replaceAll(".", "-")}-extender`,
    clock,
    log,
    durationMs,
    lead: async (leadership, over) => {
      reservations.lead(leadership);
      leading.set(1);
      if (!over.aborted) await once(over, "abort");
      reservations.lead(undefined);
      leading.set(0);
    },
  });
}
