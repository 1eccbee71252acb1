import type { Clock } from "../base/clock.ts";
import type { KubeAccess } from "./access.ts";
import { KubeError } from "./errors.ts";

/** Whether the API server answers without delay. A watch that is open says nothing of that: while writes take seconds, it only is silent. */
export interface Promptness {
  /** An answer takes longer than it should, or one did a moment ago. */
  readonly isSlow: boolean;
  close(): void;
}

const everyMs = 250;
/** What an answer may take. Also so long after one that took longer it counts as slow, so that who looks now and then sees it. */
const promptMs = 500;
const limitMs = 10_000;

/**
 * @param path a collection, of which one object is asked for: not from the server's memory, but as the store has it now
 * @param isWanted somebody wants to know; else nothing is asked
 */
export function startPromptness(access: KubeAccess, path: string, clock: Clock, isWanted: () => boolean): Promptness {
  const stop = new AbortController();
  let askedAtMs: number | undefined;
  let slowUntilMs = -Infinity;

  async function look(): Promise<void> {
    if (isWanted()) await ask();
    if (!stop.signal.aborted) schedule();
  }

  async function ask(): Promise<void> {
    const beganAtMs = clock.monotonic();
    askedAtMs = beganAtMs;
    const answered = await answers(access, path, stop.signal);
    askedAtMs = undefined;
    const nowMs = clock.monotonic();
    if (!answered || nowMs - beganAtMs > promptMs) slowUntilMs = nowMs + promptMs;
  }

  let cancel: () => void = () => undefined;
  function schedule(): void {
    cancel = clock.after(everyMs, () => void look());
  }
  schedule();

  return {
    get isSlow() {
      const nowMs = clock.monotonic();
      return nowMs < slowUntilMs || (askedAtMs !== undefined && nowMs - askedAtMs > promptMs);
    },
    close: () => {
      cancel();
      stop.abort();
    },
  };
}

// a refusal is an answer too
async function answers(access: KubeAccess, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await access.request(path, { query: { limit: 1 }, limitMs, signal });
    return true;
  } catch (error) {
    return error instanceof KubeError && error.status !== undefined && error.status < 500;
  }
}
