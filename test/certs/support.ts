import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Clock } from "../../src/base/clock.ts";

/** A new folder that is removed when the test ends. */
export async function scratchFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-certs-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A clock that stands still until a test turns it. */
export function handClock(startMs = Date.now()) {
  let now = startMs;
  const waiting = new Set<{ atMs: number; run: () => void }>();
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    after: (delayMs, run) => {
      const entry = { atMs: now + delayMs, run };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
  };
  /** Moves the time and runs what has become due. */
  function advance(byMs: number): void {
    now += byMs;
    for (const entry of waiting) {
      if (entry.atMs > now) continue;
      waiting.delete(entry);
      entry.run();
    }
  }
  return { clock, advance, pending: () => waiting.size };
}
