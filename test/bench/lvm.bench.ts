import { join } from "node:path";
import { bootGuest, checkout } from "../lvm/harness/guest.ts";
import { GiB, whyNot } from "../lvm/harness/suite.ts";
import type { Bench } from "./support/bench.ts";
import { figure, summarize } from "./support/stats.ts";

/** What test/lvm/suites/bench-main.ts prints: times in milliseconds. */
interface Seen {
  readonly bare: number[];
  readonly ours: number[];
  readonly sequence: number;
  readonly concurrent: number;
  readonly free: number[];
  readonly list: number[];
  readonly told: number[];
  readonly rssMiB: number;
}

const rounds = 12;

/** Real LVM in a guest kernel. */
export const bench: Bench = {
  title: "Volumes on real LVM",
  about: `In a User-Mode Linux guest, whose system calls are about 20 times slower than the host's: the ratios count. The storage of lvmd, without gRPC, and bare
\`lvcreate\` processes started by the same Node take turns, ${rounds} volumes of 8 MiB each; ours reads the group again after each. Then 20 at once against 20 in sequence.`,
  run: async (say) => {
    const reason = whyNot();
    if (reason !== false) throw new Error(reason);
    await using guest = await bootGuest({ diskBytes: [GiB, GiB] });
    say("guest is up");
    const main = join(checkout, "test/lvm/suites/bench-main.ts");
    const result = await guest.run(`cd '${checkout}' && '${process.execPath}' '${main}' ${rounds}`);
    if (result.status !== 0) throw new Error(`${result.stdout}\n${result.stderr}`);
    return findingsOf(JSON.parse(result.stdout) as Seen);
  },
};

function findingsOf(seen: Seen) {
  const series = (name: string, samples: readonly number[]) => {
    const { p50, p99, max } = summarize(samples);
    return [name, figure(p50), figure(p99), figure(max)];
  };
  const ratio = summarize(seen.ours).p50 / summarize(seen.bare).p50;
  const together = seen.concurrent / seen.sequence;
  const free = summarize(seen.free).p99;
  const list = summarize(seen.list).p99;
  const told = Math.max(...seen.told);
  return {
    tables: [
      {
        caption: "Times in milliseconds",
        columns: ["", "p50", "p99", "max"],
        rows: [
          series("bare lvcreate", seen.bare),
          series("CreateLV", seen.ours),
          series("free room, from memory", seen.free),
          series("list, from memory", seen.list),
          series("a volume of somebody else is told, after its lvcreate ended", seen.told),
        ],
      },
      {
        caption: "20 volumes, in milliseconds",
        columns: ["", "all"],
        rows: [
          ["lvcreate, one after the other", figure(seen.sequence)],
          ["CreateLV, all at once", figure(seen.concurrent)],
        ],
      },
    ],
    goals: [
      {
        text: "CreateLV takes at most 1.1 times a bare lvcreate (p50)",
        seen: `${figure(ratio)} times`,
        met: ratio <= 1.1,
      },
      { text: "20 at once take no longer than 20 lvcreate", seen: `${figure(together)} times`, met: together <= 1 },
      {
        text: "free room and list within 1 ms (p99)",
        seen: `${figure(Math.max(free, list))} ms`,
        met: Math.max(free, list) <= 1,
      },
      { text: "a change by somebody else is told within 1 s", seen: `${figure(told)} ms`, met: told <= 1000 },
      {
        text: "at most 100 MiB of memory, with 25 volumes",
        seen: `${figure(seen.rssMiB)} MiB`,
        met: seen.rssMiB <= 100,
      },
    ],
  };
}
