import { watch } from "node:fs";
import type { Clock } from "./clock.ts";
import { messageOf } from "./errors.ts";
import type { Logger } from "./log.ts";

export interface WatchFolderOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** How long all has to be still after a sign of a change: writers write several files one after the other. */
  readonly settleMs: number;
  /**
   * How often it is looked at in any case: the target of a link may change without a sign in the folder, and network file
   * systems give none.
   */
  readonly pollMs: number;
}

/**
 * Calls `look` after something in `folder` changed, and every now and then; never while the last call is under way. A
 * mounted Kubernetes secret or ConfigMap changes by a swap of the link `..data`, which is a change in the folder too.
 * Keeps no process alive.
 * @returns stops it; a call under way goes on to its end
 */
export function watchFolder(folder: string, options: WatchFolderOptions, look: () => Promise<void>): () => void {
  const { clock, log, settleMs, pollMs } = options;
  let isStopped = false;
  let isRunning = false;
  let isAskedAgain = false;
  let cancelTimer = (): void => {};

  function schedule(delayMs: number): void {
    cancelTimer();
    cancelTimer = isStopped ? () => {} : clock.after(delayMs, () => void run());
  }

  async function run(): Promise<void> {
    isRunning = true;
    isAskedAgain = false;
    try {
      await look();
    } catch (error) {
      log.error({ folder, error: messageOf(error) }, "a look at a watched folder failed");
    }
    isRunning = false;
    schedule(isAskedAgain ? settleMs : pollMs);
  }

  function changed(): void {
    if (isRunning) isAskedAgain = true;
    else schedule(settleMs);
  }

  const stopWatching = startWatcher(folder, log, changed);
  schedule(pollMs);
  return () => {
    isStopped = true;
    cancelTimer();
    stopWatching();
  };
}

// without a watcher (too many of them on the machine, say) the look every now and then has to do
function startWatcher(folder: string, log: Logger, changed: () => void): () => void {
  try {
    const watcher = watch(folder, { persistent: false }, changed);
    watcher.on("error", (error) => {
      watcher.close();
      log.warn({ folder, error: messageOf(error) }, "the folder cannot be watched any more; it is looked at regularly");
    });
    return () => watcher.close();
  } catch (error) {
    log.warn({ folder, error: messageOf(error) }, "the folder cannot be watched; it is looked at regularly");
    return () => {};
  }
}
