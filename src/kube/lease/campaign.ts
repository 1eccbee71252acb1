import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { KubeAccess } from "../access.ts";
import { KubeError } from "../errors.ts";
import { pause } from "../limit.ts";
import { getObject } from "../object.ts";
import { isFree, type Sighting, sight } from "./judge.ts";
import { type Candidate, freeLease, heldLease, type LeaseRecord, readLease } from "./record.ts";

export interface CampaignOptions extends Omit<Candidate, "durationMs"> {
  readonly access: KubeAccess;
  readonly clock: Clock;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  readonly log: Logger;
  /** Gives the candidature up. */
  readonly signal: AbortSignal;
  /** How long others wait for a silent holder; 15 s by default. */
  readonly durationMs?: number;
}

/** The Lease in our hands. */
export interface Leadership {
  /** True for as long as nobody else can hold it. To be asked before each write: a stalled process finds out too late by itself. */
  holds(): boolean;
  /** Aborts, with the reason, when it is lost; whoever acts under it has to end. */
  readonly lost: AbortSignal;
  /** Stops renewing and gives it back, so that the next one need not wait. */
  release(): Promise<void>;
}

/** Others may take it after `durationMs`: we trust in it for two thirds of that, from the time at which we asked. */
const trustedPart = 2 / 3;
/** Of the duration: how often it is renewed, and looked at by those who wait. */
const renewPart = 2 / 15;
const limitMs = 5_000;

/**
 * Waits until the Lease is ours and then renews it. Answers undefined when `signal` aborts first.
 * Losing it is no error that could be mended: the process has to end, since what it has begun may be under way.
 */
export async function campaign(options: CampaignOptions): Promise<Leadership | undefined> {
  const { access, clock, random, log, signal, durationMs = 15_000 } = options;
  const candidate: Candidate = { ...options, durationMs };
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${candidate.namespace}/leases`;
  const path = `${collection}/${candidate.name}`;
  const everyMs = durationMs * renewPart;
  let seen: Sighting | undefined;
  let trustedUntilMs = -Infinity;

  async function write(before: LeaseRecord | undefined): Promise<void> {
    const askedAtMs = clock.monotonic();
    const body = heldLease(candidate, before, clock.now());
    const answer =
      before === undefined
        ? await access.request(collection, { method: "POST", body, limitMs })
        : await access.request(path, { method: "PUT", body, limitMs });
    seen = { record: readLease(answer), sinceMs: clock.monotonic() };
    trustedUntilMs = askedAtMs + durationMs * trustedPart;
  }

  /** True when it is ours; 409 says that another one was faster. */
  async function tryToTake(): Promise<boolean> {
    const json = await getObject(access, path, limitMs);
    if (json === undefined) await write(undefined);
    else {
      seen = sight(readLease(json), seen, clock.monotonic());
      if (!isFree(seen, candidate.identity, clock.monotonic())) return false;
      await write(seen.record);
    }
    return true;
  }

  while (!signal.aborted) {
    const isOurs = await tryToTake().catch((error: unknown) => {
      if (!isConflict(error)) log.warn({ lease: candidate.name, error: messageOf(error) }, "cannot ask for the lease");
      return false;
    });
    if (isOurs) return lead();
    await pause(clock, everyMs * (1 + random() / 5), signal);
  }
  return undefined;

  function lead(): Leadership {
    const gone = new AbortController();
    const stop = new AbortController();
    log.info({ lease: candidate.name, identity: candidate.identity }, "leads");
    const holds = () => !gone.signal.aborted && clock.monotonic() < trustedUntilMs;
    const lose = (reason: string) =>
      gone.abort(new KubeError(undefined, `the lease ${candidate.name} is lost: ${reason}`));
    const renewing = keepRenewing();

    async function keepRenewing(): Promise<void> {
      while (!stop.signal.aborted && !gone.signal.aborted) {
        await pause(clock, everyMs, stop.signal);
        if (!stop.signal.aborted) await renew();
      }
    }

    async function renew(): Promise<void> {
      try {
        if (holds()) await write(seen?.record);
      } catch (error) {
        log.warn({ lease: candidate.name, error: messageOf(error) }, "cannot renew the lease");
        if (isConflict(error)) await lookAgain();
      }
      if (!holds()) lose("it could not be renewed in time");
    }

    // somebody else wrote: ours still, as after an edit by hand or an answer that was lost, or not any more
    async function lookAgain(): Promise<void> {
      const json = await getObject(access, path, limitMs).catch(() => undefined);
      if (json === undefined) return;
      const record = readLease(json);
      if (record.holder === candidate.identity) seen = { record, sinceMs: clock.monotonic() };
      else lose(`${record.holder || "nobody"} holds it`);
    }

    return {
      holds,
      lost: gone.signal,
      release: async () => {
        stop.abort();
        await renewing;
        if (!holds() || seen === undefined) return;
        trustedUntilMs = -Infinity;
        const body = freeLease(candidate, seen.record, clock.now());
        await access.request(path, { method: "PUT", body, limitMs }).catch((error: unknown) => {
          log.warn({ lease: candidate.name, error: messageOf(error) }, "cannot give the lease back");
        });
      },
    };
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof KubeError && error.status === 409;
}
