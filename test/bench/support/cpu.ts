import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** CPU that programs have used so far, in milliseconds, by name; `node` for what Node.js runs. */
export type CpuByProgram = ReadonlyMap<string, number>;

/** Linux counts processes' time in hundredths of a second, whatever the kernel's own clock is (proc(5), USER_HZ). */
const tickMs = 10;

/** CPU of this process, called `bench`, and of the programs that it has started and that still run. */
export function cpuByProgram(): CpuByProgram {
  const { user, system } = process.cpuUsage();
  const used = new Map([["bench", (user + system) / 1000]]);
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const child = childOf(process.pid, pid);
    if (child !== undefined) used.set(child.name, (used.get(child.name) ?? 0) + child.ms);
  }
  return used;
}

/** What each program has used between two looks, where it ran at both. */
export function usedBetween(before: CpuByProgram, after: CpuByProgram): CpuByProgram {
  return new Map([...after].flatMap(([name, ms]) => (before.has(name) ? [[name, ms - (before.get(name) ?? 0)]] : [])));
}

// one may end between the look at the folder and the look into it
function childOf(parent: number, pid: string): { readonly name: string; readonly ms: number } | undefined {
  try {
    // fields 4, 14 and 15; the name before them, in brackets, may contain spaces
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    if (Number(fields[1]) !== parent) return undefined;
    const [program = ""] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return { name: basename(program), ms: (Number(fields[11]) + Number(fields[12])) * tickMs };
  } catch {
    return undefined;
  }
}
