// Runs in a guest: takes times of bare lvm and of the daemon in turn, and prints them as JSON, in milliseconds.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { groupReportArguments } from "../../../src/lvmd/lvm/report/parse.ts";
import { makeGroup, sh } from "./host.ts";
import { memoryOf, watchRest } from "./support/at-rest.ts";
import { type BundledDaemon, startBundledDaemon } from "./support/bundled-daemon.ts";
import { addManyVolumes } from "./support/many-volumes.ts";

const [rounds = 12, manyVolumes = 1000, restMs = 120_000] = process.argv.slice(2).map(Number);
const sizeBytes = 8n << 20n;

/** What is taken of a group, whatever is in it. */
export interface Turn {
  readonly bare: number[];
  readonly ours: number[];
  /** The report of the whole group, which the daemon reads at its start and in sweeps, as a process of its own. */
  readonly report: number[];
  readonly list: number[];
  readonly free: number[];
  /** From the end of somebody's lvcreate to the Watch stream's next answer. */
  readonly told: number[];
  /** From the call to the first answer. */
  readonly watch: number[];
  readonly rssMiB: number;
  readonly peakMiB: number;
  /** Of the lvm shells that the daemon keeps. */
  readonly shellsMiB: number;
}

/** What is printed. */
export interface Seen {
  readonly few: Turn;
  readonly many: Turn;
  readonly sequence: number;
  readonly concurrent: number;
  /** Between starting the daemon and its socket, with many volumes. */
  readonly start: number;
  readonly cpuPercent: number;
  readonly startedPerMinute: number;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const lvm = (...args: string[]) =>
  execa("lvm", args, { extendEnv: false, env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" } });
const bareCreate = (name: string) => lvm("lvcreate", "-y", "-W", "y", "-n", name, "-L", "8m", "vg");
const create = ({ client }: BundledDaemon, name: string) => client.volumes.createLV({ name, sizeBytes });
const remove = ({ client }: BundledDaemon, name: string) => client.volumes.removeLV({ name });

async function start(): Promise<BundledDaemon> {
  const config = "device-classes: [{ name: own, volume-group: vg, default: true, spare-gb: 0 }]\n";
  return startBundledDaemon(mkdtempSync(join(tmpdir(), "bench-")), config);
}

async function turn(daemon: BundledDaemon, count: number): Promise<Turn> {
  const { groups } = daemon.client;
  const seen = { bare: [], ours: [], report: [], list: [], free: [], told: [], watch: [] } as {
    [key in "bare" | "ours" | "report" | "list" | "free" | "told" | "watch"]: number[];
  };
  await create(daemon, "warm");
  await remove(daemon, "warm");
  for (let round = 0; round < count; round++) {
    seen.bare.push(await timed(() => bareCreate("bare")));
    await lvm("lvremove", "-y", "vg/bare");
    seen.ours.push(await timed(() => create(daemon, "ours")));
    await remove(daemon, "ours");
    seen.report.push(await timed(() => lvm(...groupReportArguments("vg"), "--reportformat", "json")));
  }
  for (let round = 0; round < 200; round++) {
    seen.free.push(await timed(() => groups.getFreeBytes({})));
    seen.list.push(await timed(() => groups.getLVList({})));
  }
  for (let round = 0; round < 5; round++) {
    const begun = performance.now();
    const stream = groups.watch({})[Symbol.asyncIterator]();
    await stream.next();
    seen.watch.push(performance.now() - begun);
    const next = stream.next();
    await bareCreate(`outside${round}`);
    seen.told.push(await timed(() => next));
    await stream.return?.();
  }
  await lvm("lvremove", "-y", ...[0, 1, 2, 3, 4].map((round) => `vg/outside${round}`));
  await setTimeout(2000);
  const { nowMiB, peakMiB } = memoryOf(daemon.pid);
  const shellsMiB = daemon.children().reduce((sum, pid) => sum + memoryOf(pid).nowMiB, 0);
  return { ...seen, rssMiB: nowMiB, peakMiB, shellsMiB };
}

makeGroup("vg", "b", ["--metadatasize", "16m"]);
let daemon = await start();
const few = await turn(daemon, rounds);
const names = Array.from({ length: 20 }, (_, index) => `some${index}`);
const sequence = await timed(async () => {
  for (const name of names) await bareCreate(name);
});
await lvm("lvremove", "-y", ...names.map((name) => `vg/${name}`));
const concurrent = await timed(() => Promise.all(names.map((name) => create(daemon, name))));
await daemon.end("SIGTERM");
sh("lvremove", "-q", "-y", ...names.map((name) => `vg/${name}`));
addManyVolumes("vg", manyVolumes);
const started = performance.now();
daemon = await start();
const startMs = performance.now() - started;
const many = await turn(daemon, Math.ceil(rounds / 2));
const rest = await watchRest(daemon.pid, restMs);
await daemon.end("SIGTERM");
const seen: Seen = { few, many, sequence, concurrent, start: startMs, ...rest };
console.log(JSON.stringify(seen));
process.exit();
