import { setTimeout as wait } from "node:timers/promises";

/** Resolves as soon as `condition` holds; rejects after `limitMs` with what was awaited. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 5_000,
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`did not come about within ${limitMs} ms: ${what}`);
    await wait(2);
  }
}
