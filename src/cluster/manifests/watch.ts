import { watch } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";

/** An editor writes a file in several steps, and a ConfigMap is swapped in several: wait until all is still. */
const settleMs = 50;
/** Not every change is told: the target of a link may be edited, and a network file system tells nothing. */
const everyMs = 5_000;

/** Calls `look` after a change in the folder and every few seconds; the answer ends it. Keeps no process alive. */
export function watchFolder(folder: string, clock: Clock, log: Logger, look: () => void): () => void {
  let cancelSettle: () => void = () => undefined;
  let cancelNext: () => void = () => undefined;

  function again(): void {
    look();
    cancelNext = clock.after(everyMs, again);
  }
  cancelNext = clock.after(everyMs, again);

  const stopWatcher = startWatcher(folder, log, () => {
    cancelSettle();
    cancelSettle = clock.after(settleMs, look);
  });
  return () => {
    cancelSettle();
    cancelNext();
    stopWatcher();
  };
}

// without a watcher (too many of them on the machine, say) the look every few seconds has to do
function startWatcher(folder: string, log: Logger, changed: () => void): () => void {
  try {
    const watcher = watch(folder, { persistent: false }, changed);
    watcher.on("error", (error) =>
      log.warn({ folder, error: messageOf(error) }, "the folder cannot be watched any more"),
    );
    return () => watcher.close();
  } catch (error) {
    log.warn({ folder, error: messageOf(error) }, "the folder cannot be watched; it is looked at every few seconds");
    return () => undefined;
  }
}
