import { type FSWatcher, watch } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, relative, sep } from "node:path";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";

/**
 * Calls `onEntry` with the name of whatever appears, changes or goes in a folder. A folder that is not there, or goes, is
 * waited for; what is in it when it comes is told. The answer ends it. Where nothing can be watched the log says so; a
 * sweep has to do then.
 */
export function watchEntries(folder: string, onEntry: (name: string) => void, log: Logger): () => void {
  let current: FSWatcher | undefined;
  let ended = false;

  async function start(isNew: boolean): Promise<void> {
    const nearest = await nearestFolder(folder);
    if (ended) return;
    current?.close();
    current = watch(nearest, { persistent: false }, nearest === folder ? tell : appear(nearest));
    current.on("error", failed);
    if (nearest !== folder) {
      // it may have come before the watch began
      if ((await nearestFolder(folder)) !== nearest) await start(true);
    } else if (isNew) for (const name of await readdir(folder)) tell("rename", name);
  }
  const tell = (event: string, name: string | null) => {
    // what a folder's own end looks like
    if (event === "rename" && name === basename(folder)) again();
    if (name !== null && !name.startsWith(".")) onEntry(name);
  };
  const appear = (nearest: string) => {
    const [next] = relative(nearest, folder).split(sep);
    return (_: string, name: string | null) => {
      if (name === next || name === basename(nearest)) again();
    };
  };
  const again = () => void start(true).catch(failed);
  const failed = (error: unknown) =>
    log.warn({ folder, error: messageOf(error) }, "changes by others are seen by sweeps only");
  start(false).catch(failed);
  return () => {
    ended = true;
    current?.close();
  };
}

/** The folder, or the nearest one above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isFolder || path === dirname(path)) return path;
  }
}
