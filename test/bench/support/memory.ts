import { readFileSync } from "node:fs";

/** Memory of a process in MiB: resident now, of that what is its own, and resident at most. By proc_pid_status(5), whose kB are KiB. */
export function memoryOf(pid: number, field: "VmRSS" | "RssAnon" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1]) / 1024;
}
