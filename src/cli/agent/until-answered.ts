import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { createBackoff } from "../../kube/backoff.ts";
import { pause } from "../../kube/limit.ts";

/** Tries until it succeeds: an agent that starts before the API server waits for it. Answers undefined when `signal` aborts. */
export async function untilAnswered<T>(
  attempt: () => Promise<T>,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Logger; readonly signal: AbortSignal },
): Promise<T | undefined> {
  const backoff = createBackoff(Math.random);
  while (!signal.aborted) {
    try {
      return await attempt();
    } catch (error) {
      log.warn({ error: messageOf(error) }, "the API server does not answer as it should");
      await pause(clock, backoff.next(), signal);
    }
  }
  return undefined;
}
