import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { campaign, type Leadership } from "../../kube/lease/campaign.ts";

export interface TurnOptions {
  readonly access: KubeAccess;
  readonly namespace: string;
  readonly lease: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long others wait for a silent holder. */
  readonly durationMs: number;
  /** Does what is for one of several, until the signal aborts: the turn is over, or the process. */
  readonly lead: (leadership: Leadership, over: AbortSignal) => Promise<void>;
}

/** Stands for a lease for as long as the process runs; the answer gives the turn back, so that the next one need not wait. */
export function takeTurns({ lead, lease, ...options }: TurnOptions): () => Promise<void> {
  const stop = new AbortController();
  // one for the life of the process: who loses its turn to a slow API server has it back at once
  const identity = `${hostname()}_${randomUUID()}`;

  async function run(): Promise<void> {
    // nothing is begun that could not be left: who has lost its turn stands for it again
    while (!stop.signal.aborted) {
      const asked = { ...options, name: lease, identity, random: Math.random, signal: stop.signal };
      const leadership = await campaign(asked);
      if (leadership === undefined) return;
      await lead(leadership, AbortSignal.any([stop.signal, leadership.lost]));
      await leadership.release();
    }
  }

  const running = run();
  return async () => {
    stop.abort();
    await running;
  };
}
