import { setTimeout as wait } from "node:timers/promises";

/** How long a cluster may take over anything. */
const defaultLimitMs = 30_000;

/** What was waited for cannot come any more. */
export class Hopeless extends Error {}

/**
 * Asks `probe` again and again until it answers something, and answers that. What it throws counts as nothing yet,
 * unless it is Hopeless. Rejects after the limit, naming `what` and the last error.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  limitMs = defaultLimitMs,
  everyMs = 25,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (let lastError: unknown; ; await wait(everyMs)) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
      lastError = undefined;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      lastError = error;
    }
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`, { cause: lastError });
  }
}
