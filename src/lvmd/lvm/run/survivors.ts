import { readdir, readFile } from "node:fs/promises";

/** Variable by which what a daemon starts is known, also when the daemon is gone. */
const variable = "NATIVESTOR_LVMD";

/** A storage that starts processes. */
export interface Owner {
  /** Of its journal. */
  readonly folder: string;
  /** Random: one folder has one owner after the other. */
  readonly id: string;
}

/** What the processes of an owner have in their environment. */
export function ownersEnvironment({ folder, id }: Owner): Readonly<Record<string, string>> {
  return { [variable]: `${id} ${folder}` };
}

/** Servers of LVM's own that an lvm command may start, and that stay: they change nothing by themselves. */
const servers: ReadonlySet<string> = new Set(["dmeventd", "lvmpolld"]);

/**
 * Processes that a former owner of this journal started and that still run: an lvm that has not got its lock yet makes
 * its volume after a look found nothing. Those of another PID namespace are not seen.
 */
export async function survivors(owner: Owner): Promise<number[]> {
  const entries = await readdir("/proc").catch(() => []);
  const pids = entries.filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  const found = await Promise.all(pids.map(async (pid) => ((await isFormer(pid, owner)) ? [Number(pid)] : [])));
  return found.flat();
}

async function isFormer(pid: string, owner: Owner): Promise<boolean> {
  const environment = await textOf(`/proc/${pid}/environ`);
  const own = environment.split("\0").find((entry) => entry.startsWith(`${variable}=`));
  const [id, folder] = own?.slice(variable.length + 1).split(/ (.*)/s) ?? [];
  if (folder !== owner.folder || id === owner.id) return false;
  return !servers.has((await textOf(`/proc/${pid}/comm`)).trim());
}

// one that has ended meanwhile, or that is somebody else's, is none of ours
function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
