import { availableParallelism, totalmem } from "node:os";

/** When and on what kind of machine figures were taken. */
export function conditions(epochMs: number): string {
  const day = new Date(epochMs).toISOString().slice(0, 10);
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${day}: ${availableParallelism()} cores, ${gibibytes} GiB of memory, ${process.platform} ${process.arch}, Node.js ${process.version}`;
}
