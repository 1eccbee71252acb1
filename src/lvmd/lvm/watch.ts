import type { Logger } from "../../base/log.ts";
import { diskFolder, watchDisks } from "./disks.ts";
import type { HostGroup } from "./host-group.ts";
import { copiesFolder, readCopy } from "./metadata/folder.ts";
import { hostRoot } from "./run/host-root.ts";
import { watchEntries } from "./watch-entries.ts";

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
export function watchHost({ groups, prefix, systemFolder, log }: WatchOptions): () => void {
  const copies = copiesFolder(prefix, systemFolder);
  const endCopies = watchEntries(
    copies,
    (name) => {
      const group = groups.get(name);
      // our own changes write the copy as well: what it holds is then known already
      void group?.look(async () =>
        (await copiedSequence(copies, name)) === group.sight().group?.sequence ? undefined : [],
      );
    },
    log,
  );
  const endDisks = watchDisks(
    diskFolder(hostRoot(prefix)),
    (dueOf) => {
      for (const group of groups.values()) void group.look(() => dueOf(group.sight().group));
    },
    log,
  );
  return () => {
    endCopies();
    endDisks();
  };
}

/** Sequence number of the metadata that a group's copy holds; undefined where there is none. */
async function copiedSequence(folder: string, group: string): Promise<bigint | undefined> {
  const found = /^\s*seqno = (\d+)/m.exec((await readCopy(folder, group)) ?? "");
  return found?.[1] === undefined ? undefined : BigInt(found[1]);
}
