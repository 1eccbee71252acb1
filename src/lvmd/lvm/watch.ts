import { type FSWatcher, watch } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Logger } from "../../base/log.ts";

/**
 * Where lvm keeps a copy of each group's metadata, written at every change by whoever makes it (lvm.conf(5),
 * `backup/backup`). Behind a prefix that enters the host's namespaces it is the host's folder that counts.
 */
export function backupFolder(prefix: readonly string[], systemFolder = "/etc/lvm"): string {
  const entersHost = prefix.some((word) => basename(word) === "nsenter");
  return join(entersHost ? "/proc/1/root" : "/", systemFolder, "backup");
}

/** Sequence number of the metadata that a group's copy holds; undefined where there is none. */
export async function copiedSequence(folder: string, group: string): Promise<bigint | undefined> {
  const text = await readFile(join(folder, group), "utf8").catch(() => "");
  const found = /^\s*seqno = (\d+)/m.exec(text);
  return found?.[1] === undefined ? undefined : BigInt(found[1]);
}

/**
 * Calls `onChange` with a group's name when its copy in the folder is written or goes. A folder that is not there yet is
 * waited for. The answer ends it. Where nothing can be watched it says so once; a sweep has to do then.
 */
export function watchGroups(folder: string, onChange: (group: string) => void, log: Logger): () => void {
  let current: FSWatcher | undefined;
  let ended = false;
  const start = async () => {
    const isThere = await stat(folder).then(
      () => true,
      () => false,
    );
    if (ended) return;
    try {
      current = isThere
        ? watch(folder, { persistent: false }, tell)
        : watch(dirname(folder), { persistent: false }, appear);
      current.on("error", failed);
    } catch (error) {
      failed(error);
    }
  };
  const tell = (_: string, name: string | null) => {
    if (name !== null && !name.startsWith(".")) onChange(name);
  };
  const appear = (_: string, name: string | null) => {
    if (name !== basename(folder)) return;
    current?.close();
    start().catch(failed);
  };
  const failed = (error: unknown) =>
    log.warn({ folder, error: String(error) }, "changes by others are seen by sweeps only");
  start().catch(failed);
  return () => {
    ended = true;
    current?.close();
  };
}
