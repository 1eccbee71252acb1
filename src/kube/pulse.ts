import type { Clock } from "../base/clock.ts";
import type { KubeAccess } from "./access.ts";
import { KubeError } from "./errors.ts";

/** Asks the API server now and then whether it is there, since a watch that says nothing may have nothing to say. */
export interface Pulse {
  /** Monotonic time of the last answer. */
  readonly lastContactMs: number | undefined;
  close(): void;
}

const everyMs = 5_000;
const limitMs = 8_000;
/** Two in a row, so that one slow answer cuts no watch: a dead server is noticed after 2 × (5 + 8) s at the latest. */
const missesUntilLost = 2;

/** @param lost called when answers stay away */
export function startPulse(access: KubeAccess, clock: Clock, lost: () => void): Pulse {
  const stop = new AbortController();
  let lastContactMs: number | undefined;
  let misses = 0;

  async function beat(): Promise<void> {
    const answered = await answers(access, stop.signal);
    if (stop.signal.aborted) return;
    misses = answered ? 0 : misses + 1;
    if (answered) lastContactMs = clock.monotonic();
    else if (misses % missesUntilLost === 0) lost();
    schedule();
  }

  let cancel: () => void = () => undefined;
  function schedule(): void {
    cancel = clock.after(everyMs, () => void beat());
  }
  schedule();

  return {
    get lastContactMs() {
      return lastContactMs;
    },
    close: () => {
      cancel();
      stop.abort();
    },
  };
}

// a refusal is an answer too; a 5xx may come from a balancer before it that has nobody behind
async function answers(access: KubeAccess, signal: AbortSignal): Promise<boolean> {
  try {
    await access.request("/version", { limitMs, signal });
    return true;
  } catch (error) {
    return error instanceof KubeError && error.status !== undefined && error.status < 500;
  }
}
