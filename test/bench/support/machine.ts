import { availableParallelism, loadavg, totalmem } from "node:os";

/** When and on what kind of machine figures are taken, and how busy others keep it: to be asked before the load begins. */
export function conditions(epochMs: number): string {
  const day = new Date(epochMs).toISOString().slice(0, 10);
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return `${day}: ${availableParallelism()} cores, ${gibibytes} GiB of memory, ${process.platform} ${process.arch}, Node.js ${process.version}; load average before ${load}`;
}
