import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** What a process does while nobody asks it anything. */
export interface Rest {
  /** Share of one processor, in percent. */
  readonly cpuPercent: number;
  /** Processes and threads that the whole machine started, per minute. */
  readonly startedPerMinute: number;
}

/** Looks at the process, and at the machine around it, which should do nothing else, for so long. */
export async function watchRest(pid: number, lastsMs: number): Promise<Rest> {
  const before = { ticks: ticksOf(pid), started: started(), at: performance.now() };
  await setTimeout(lastsMs);
  const seconds = (performance.now() - before.at) / 1000;
  return {
    cpuPercent: ((ticksOf(pid) - before.ticks) / ticksPerSecond / seconds) * 100,
    startedPerMinute: ((started() - before.started) / seconds) * 60,
  };
}

/** Resident memory of a process in MiB, now and at most. */
export function memoryOf(pid: number): { readonly nowMiB: number; readonly peakMiB: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
  return { nowMiB: kib("VmRSS") / 1024, peakMiB: kib("VmHWM") / 1024 };
}

/** What /proc/PID/stat counts in, the same on every Linux that Node.js runs on (USER_HZ). */
const ticksPerSecond = 100;

function ticksOf(pid: number): number {
  // fields are counted from behind the name, which may have spaces: 14 and 15 of proc(5)
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

function started(): number {
  return Number(/^processes (\d+)/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
}
