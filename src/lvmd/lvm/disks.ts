import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../../base/log.ts";
import { watchEntries } from "./watch-entries.ts";
import type { GroupReport } from "./report/group.ts";

/**
 * What of a group has to be read anew: all of it, or what has changed and the devices of these volumes. Undefined where it
 * is as it is known.
 */
export type Due = "all" | readonly string[] | undefined;

/** Compares what is known of a group with what was seen. */
type DueOf = (known: GroupReport | undefined) => Promise<Due>;

/**
 * Where udev has a link for each disk that LVM uses, and for each volume that is active. `/dev` itself would tell, too, but
 * also of every write to a device.
 */
export function diskFolder(root: string): string {
  return join(root, "dev/disk/by-id");
}

/** Link to a physical volume (udev's rules of lvm2, 69-lvm.rules). */
const diskPattern = /^lvm-pv-uuid-/;
/** Link to an active volume: the group's identity, then its own (13-dm-disk.rules). */
const volumePattern = /^dm-uuid-LVM-([A-Za-z0-9]{32})([A-Za-z0-9]{32})$/;

/** Calls `onChange` when a disk of LVM's comes or goes, or a volume is activated or deactivated. The answer ends it. */
export function watchDisks(folder: string, onChange: (dueOf: DueOf) => void, log: Logger): () => void {
  const known = readdir(folder).then(
    (names) => new Set(names),
    () => new Set<string>(),
  );
  const onDisk = async (name: string) => {
    const disks = await known;
    const isThere = await exists(join(folder, name));
    // udev writes a link anew without a disk's coming or going
    if (isThere === disks.has(name)) return;
    if (isThere) disks.add(name);
    else disks.delete(name);
    onChange(async () => "all");
  };
  const onVolume = (name: string, group: string, volume: string) =>
    onChange(async (report) => {
      if (report === undefined || plain(report.uuid) !== group) return undefined;
      const found = report.volumes.find(({ uuid }) => plain(uuid) === volume);
      const wasActive = found !== undefined && found.major >= 0;
      // our own changes do that as well: what they did is known by now
      const isActive = await exists(join(folder, name));
      return isActive === wasActive ? undefined : found === undefined ? [] : [found.name];
    });
  return watchEntries(
    folder,
    (name) => {
      const [, group, volume] = volumePattern.exec(name) ?? [];
      if (group !== undefined && volume !== undefined) onVolume(name, group, volume);
      else if (diskPattern.test(name)) void onDisk(name);
    },
    log,
  );
}

/** LVM's identities without their hyphens. */
function plain(uuid: string): string {
  return uuid.replaceAll("-", "");
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
