import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../../base/log.ts";
import { diskFolder, watchDisks } from "./disks.ts";
import { watchEntries } from "./watch-entries.ts";
import type { HostGroup } from "./host-group.ts";
import { hostRoot } from "./run/host-root.ts";

interface WatchOptions {
  readonly groups: ReadonlyMap<string, HostGroup>;
  /** What stands before `lvm`. */
  readonly prefix: readonly string[];
  /** LVM's own folder, `/etc/lvm` by default. */
  readonly systemFolder: string | undefined;
  readonly log: Logger;
}

/**
 * Has groups looked at when somebody else has changed something: their metadata, their disks, or which volumes are active.
 * Needs no process. The answer ends it.
 */
export function watchHost({ groups, prefix, systemFolder = "/etc/lvm", log }: WatchOptions): () => void {
  const root = hostRoot(prefix);
  const copies = join(root, systemFolder, "backup");
  const endCopies = watchEntries(
    copies,
    (name) => {
      const group = groups.get(name);
      // our own changes write the copy as well: what it holds is then known already
      void group?.look(async () => (await copiedSequence(copies, name)) !== group.sight().group?.sequence);
    },
    log,
  );
  const endDisks = watchDisks(
    diskFolder(root),
    (isDue) => {
      for (const group of groups.values()) void group.look(() => isDue(group.sight().group));
    },
    log,
  );
  return () => {
    endCopies();
    endDisks();
  };
}

/**
 * Sequence number of the metadata that a group's copy holds; undefined where there is none. lvm writes the copy at every
 * change, whoever makes it (lvm.conf(5), `backup/backup`).
 */
async function copiedSequence(folder: string, group: string): Promise<bigint | undefined> {
  const text = await readFile(join(folder, group), "utf8").catch(() => "");
  const found = /^\s*seqno = (\d+)/m.exec(text);
  return found?.[1] === undefined ? undefined : BigInt(found[1]);
}
