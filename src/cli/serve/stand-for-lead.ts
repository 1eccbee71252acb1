import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { hostname } from "node:os";
import { Gauge, type Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import type { Reservations } from "../../extender/reservations/start.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { campaign, type Leadership } from "../../kube/lease/campaign.ts";
import { ownNamespace } from "../../kube/own-namespace.ts";

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
export function standForLead(options: StandOptions): () => Promise<void> {
  const { access, reservations, names, registry, clock, log } = options;
  const stop = new AbortController();
  // one for the life of the process: who loses its turn to a slow API server has it back at once
  const identity = `${hostname()}_${randomUUID()}`;
  const leading = new Gauge({
    name: "nativestor_leading",
    help: "1 where this process does what is done once in a cluster, 0 where it waits.",
    registers: [registry],
  });

  async function turn(): Promise<void> {
    const leadership = await campaign({
      access,
      namespace: options.namespace ?? (await ownNamespace()),
      name: `${names.driver.replaceAll(".", "-")}-extender`,
      identity,
      clock,
      random: Math.random,
      log,
      signal: stop.signal,
      durationMs,
    });
    if (leadership !== undefined) await lead(leadership);
  }

  async function lead(leadership: Leadership): Promise<void> {
    reservations.lead(leadership);
    leading.set(1);
    const ended = AbortSignal.any([stop.signal, leadership.lost]);
    if (!ended.aborted) await once(ended, "abort");
    reservations.lead(undefined);
    leading.set(0);
    await leadership.release();
  }

  async function run(): Promise<void> {
    leading.set(0);
    // nothing is begun that could not be left: who has lost its turn stands for it again
    while (!stop.signal.aborted) await turn();
  }

  const running = run();
  return async () => {
    stop.abort();
    await running;
  };
}
