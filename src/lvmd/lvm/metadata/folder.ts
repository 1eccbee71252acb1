import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hostRoot } from "../run/host-root.ts";

/**
 * Where lvm keeps the copies, one file per group.
 * @param prefix what stands before `lvm`
 * @param systemFolder LVM's own folder, `/etc/lvm` by default
 */
export function copiesFolder(prefix: readonly string[], systemFolder = "/etc/lvm"): string {
  return join(hostRoot(prefix), systemFolder, "backup");
}

/** Text of a group's copy; undefined where there is none, as where LVM is told not to keep any. */
export function readCopy(folder: string, group: string): Promise<string | undefined> {
  return readFile(join(folder, group), "utf8").catch(() => undefined);
}
