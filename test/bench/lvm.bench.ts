import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../scripts/bundle.ts";
import { bootGuest, checkout } from "../lvm/harness/guest.ts";
import { GiB, whyNot } from "../lvm/harness/suite.ts";
import type { Seen, Turn } from "../lvm/suites/bench-main.ts";
import { startBundledDaemon } from "../lvm/suites/support/bundled-daemon.ts";
import type { Bench, Findings } from "./support/bench.ts";
import { figure, median, summarize } from "./support/stats.ts";

const rounds = 12;
const manyVolumes = 1000;
const fewVolumes = 25;
/** Two sweeps and a bit. */
const restMs = 130_000;

/** Answers of the daemon on the host itself, in milliseconds. */
interface Answers {
  readonly free: number[];
  readonly list: number[];
}

/** Real LVM in a guest kernel. */
export const bench: Bench = {
  title: "Volumes on real LVM",
  about: `The daemon of the production bundle, asked over its socket, in a User-Mode Linux guest. System calls and new processes are about 20 times slower there than on
the host: the ratios count. The daemon and bare \`lvm\` processes started by the same Node take turns, ${rounds} volumes of 8 MiB each, half as many in the full group; the
daemon reads after each what it has touched. Then 20 at once against 20 in sequence. Answers from memory are timed on the host itself as well, over emulated groups. The group of
${manyVolumes} volumes was written as one change of LVM's metadata. At rest the daemon is watched for ${restMs / 1000} s, in which it sweeps twice.`,
  run: async (say) => {
    const reason = whyNot();
    if (reason !== false) throw new Error(reason);
    await using guest = await bootGuest({ diskBytes: [6 * GiB], memory: "1G" });
    const dist = join(guest.shared, "dist");
    await bundle(dist);
    say("guest is up");
    const few = await answersOnHost(dist, fewVolumes);
    const many = await answersOnHost(dist, manyVolumes);
    say("answers on the host are timed");
    const main = join(checkout, "test/lvm/suites/bench-main.ts");
    const command = `NATIVESTOR_BUNDLE='${dist}' '${process.execPath}' '${main}' ${rounds} ${manyVolumes} ${restMs}`;
    const result = await guest.run(`cd '${checkout}' && ${command}`);
    if (result.status !== 0) throw new Error(`${result.stdout}\n${result.stderr}`);
    return findingsOf(JSON.parse(result.stdout) as Seen, few, many);
  },
};

async function answersOnHost(dist: string, volumes: number): Promise<Answers> {
  process.env["NATIVESTOR_BUNDLE"] = dist;
  const folder = mkdtempSync(join(tmpdir(), "nativestor-bench-"));
  const classes = "device-classes: [{ name: own, volume-group: vg, default: true, spare-gb: 0 }]\n";
  const daemon = await startBundledDaemon(folder, `${classes}emulated: { volume-groups: [{ name: vg, size: 1Ti }] }\n`);
  try {
    const { client } = daemon;
    for (let index = 0; index < volumes; index++)
      await client.volumes.createLV({ name: `v${index}`, sizeBytes: 8n << 20n });
    const timed = async (call: () => Promise<unknown>) => {
      const samples: number[] = [];
      for (let round = -100; round < 500; round++) {
        const begun = performance.now();
        await call();
        if (round >= 0) samples.push(performance.now() - begun);
      }
      return samples;
    };
    return {
      free: await timed(() => client.groups.getFreeBytes({})),
      list: await timed(() => client.groups.getLVList({})),
    };
  } finally {
    await daemon.end("SIGTERM");
    rmSync(folder, { recursive: true });
  }
}

function findingsOf(seen: Seen, few: Answers, many: Answers): Findings {
  const series = (name: string, ...sides: readonly (readonly number[])[]) => {
    const summaries = sides.map(summarize);
    return [name, ...summaries.flatMap(({ p50, max }) => [figure(p50), figure(max)])];
  };
  const turns = (name: string, of: (turn: Turn) => readonly number[]) => series(name, of(seen.few), of(seen.many));
  return {
    tables: [
      {
        caption: "In the guest, in ms",
        columns: ["", "few volumes, p50", "max", `${manyVolumes} volumes, p50`, "max"],
        rows: [
          turns("bare lvcreate", ({ bare }) => bare),
          turns("CreateLV", ({ ours }) => ours),
          turns("bare report of the whole group", ({ report }) => report),
          turns("GetFreeBytes", ({ free }) => free),
          turns("GetLVList", ({ list }) => list),
          turns("Watch, to its first answer", ({ watch }) => watch),
          turns("Watch tells of somebody else's volume, after its lvcreate ended", ({ told }) => told),
        ],
      },
      {
        caption: "On the host itself, over emulated groups, in ms",
        columns: ["", `${fewVolumes} volumes, p50`, "p99", `${manyVolumes} volumes, p50`, "p99"],
        rows: (["free", "list"] as const).map((what) => [
          what === "free" ? "GetFreeBytes" : "GetLVList",
          ...[few, many].flatMap((answers) => {
            const { p50, p99 } = summarize(answers[what]);
            return [figure(p50), figure(p99)];
          }),
        ]),
      },
      {
        caption: "20 volumes, in ms",
        columns: ["", "all"],
        rows: [
          ["lvcreate, one after the other", figure(seen.sequence)],
          ["CreateLV, all at once", figure(seen.concurrent)],
        ],
      },
      {
        caption: "Memory of the daemon's process, in MiB, and the lvm shell that it keeps",
        columns: ["", "now", "peak", "shell"],
        rows: [
          ["few volumes", ...memory(seen.few)],
          [`${manyVolumes} volumes`, ...memory(seen.many)],
        ],
      },
      {
        caption: `At rest, with ${manyVolumes} volumes`,
        columns: ["", "seen"],
        rows: [
          ["start until it answers, ms", figure(seen.start)],
          ["CPU, percent of the guest's one processor", figure(seen.cpuPercent)],
          ["processes and threads started in the whole guest, a minute", figure(seen.startedPerMinute)],
        ],
      },
    ],
    goals: goalsOf(seen, few),
  };
}

function memory({ rssMiB, peakMiB, shellsMiB }: Turn): string[] {
  return [rssMiB, peakMiB, shellsMiB].map(figure);
}

function goalsOf(seen: Seen, few: Answers) {
  const ratioOf = ({ ours, bare }: Turn) => median(ours) / median(bare);
  const most = (text: string, value: number, limit: number, unit: string) => ({
    text,
    seen: `${figure(value)} ${unit}`,
    met: value <= limit,
  });
  const answers = [few.free, few.list].map((samples) => summarize(samples).p99);
  const toldMs = Math.max(...seen.few.told, ...seen.many.told);
  return [
    most("CreateLV takes at most 1.1 times a bare lvcreate (p50)", ratioOf(seen.few), 1.1, "times"),
    most(`the same with ${manyVolumes} volumes: no worse than LVM itself`, ratioOf(seen.many), 1.1, "times"),
    most("20 at once take no longer than 20 lvcreate", seen.concurrent / seen.sequence, 1, "times"),
    most("GetFreeBytes and GetLVList within 1 ms (p99, on the host)", Math.max(...answers), 1, "ms"),
    most("a change by somebody else is told within 1 s", toldMs, 1000, "ms"),
    most(`at most 100 MiB of memory with ${manyVolumes} volumes`, seen.many.rssMiB, 100, "MiB"),
    most("at rest at most 0.5 % of a processor", seen.cpuPercent, 0.5, "%"),
    most("at rest at most 2 processes a minute", seen.startedPerMinute, 2, ""),
  ];
}
