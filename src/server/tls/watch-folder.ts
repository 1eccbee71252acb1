import { watch } from "node:fs";
import type { Clock } from "../../base/clock.ts";

/** After the last sign of a change: writers write several files one after the other. */
const settleMs = 100;

/** Looked at in any case, for file systems that give no sign. */
const pollMs = 30_000;

/**
 * Calls `check` after something in `folder` changed, and every now and then; never while the last call is under way. A
 * mounted Kubernetes secret changes by a swap of the link `..data`, which is a change in the folder too.
 * @returns stops it
 */
export function watchFolder(folder: string, clock: Clock, check: () => Promise<void>): () => void {
  let isStopped = false;
  let isRunning = false;
  let isAskedAgain = false;
  let cancelTimer = (): void => {};

  function schedule(delayMs: number): void {
    cancelTimer();
    cancelTimer = isStopped ? () => {} : clock.after(delayMs, run);
  }

  function run(): void {
    if (isRunning) {
      isAskedAgain = true;
      return;
    }
    isRunning = true;
    isAskedAgain = false;
    void check().finally(() => {
      isRunning = false;
      schedule(isAskedAgain ? settleMs : pollMs);
    });
  }

  function changed(): void {
    if (isRunning) isAskedAgain = true;
    else schedule(settleMs);
  }

  const stopWatching = watchQuietly(folder, changed);
  schedule(pollMs);
  return () => {
    isStopped = true;
    cancelTimer();
    stopWatching();
  };
}

// a folder that cannot be watched is still polled
function watchQuietly(folder: string, changed: () => void): () => void {
  try {
    const watcher = watch(folder, { persistent: false }, changed);
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => {};
  }
}
