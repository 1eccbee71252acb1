import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { bundle } from "../../scripts/bundle.ts";
import { request } from "../support/https-client.ts";
import { certificateFolder, testAuthority } from "../support/test-certificates.ts";
import type { Bench } from "./support/bench.ts";
import { type StartedService, startBundled } from "./support/bundled.ts";
import type { ChurnAsk, ChurnReport } from "./support/churn-messages.ts";
import { kubeconfigFor } from "./support/kubeconfig.ts";
import { memoryOf } from "./support/memory.ts";
import { figure, median } from "./support/stats.ts";

/** The nursery of the chart, and a bound for the rest: without one, V8 keeps for later what it has once used, and growth says nothing. */
const nodeFlags = ["--max-semi-space-size=2", "--max-old-space-size=128"];
const minutes = 30;
const podsPerMinute = 200;
const goalMebibytes = 200;
/** What garbage that has still to be collected may make. */
const toleratedGrowth = 0.05;

interface Sample {
  readonly minute: number;
  readonly mebibytes: number;
  readonly holds: number;
}

/** Memory of the service with all that it holds, and while pods come and go. */
export const bench: Bench = {
  title: "Memory with reservations",
  about: `The production bundle, with Node.js's flags of the chart and an old space of at most 128 MiB (without that bound V8 keeps what it has once used, 345 MiB of RSS here), on the twin of an API server with 5,000 nodes, 20,000 claims and 18,000 LogicalVolumes. 2,000 of the claims name a node and have no
volume, so that as many reservations stand. Then ${minutes} minutes of churn in the cluster's time, ${podsPerMinute} pods a minute, as fast as they go: for each a claim, a filter request with 5,000 names,
the choice, a volume that is made and counted, and its end a thousand pods later. The process and its own time are real.`,
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), "nativestor-bench-"));
    const certDir = await certificateFolder(testAuthority());
    const twin = fork(new URL("./support/churn-main.ts", import.meta.url), {
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    try {
      const [cluster] = (await once(twin, "message")) as [{ url: string; ca: string }];
      const kubeconfig = join(folder, "kubeconfig");
      await writeFile(kubeconfig, kubeconfigFor(cluster));
      await bundle(join(folder, "dist"));
      const service = await startBundled(join(folder, "dist"), certDir, ["--kubeconfig", kubeconfig], nodeFlags);
      try {
        return findings(await churn(service, twin, readFileSync(join(certDir, "ca.crt"), "utf8"), say));
      } finally {
        await service.stop();
      }
    } finally {
      twin.kill("SIGKILL");
      await rm(folder, { recursive: true });
      await rm(certDir, { recursive: true });
    }
  },
};

async function churn(service: StartedService, twin: ChildProcess, ca: string, say: (text: string) => void) {
  const { port, pid } = service;
  const ledger = async () =>
    (await request({ port, path: "/ledger", ca, servername: "localhost" })).json() as {
      waiting?: string;
      holds: unknown[];
    };
  while ((await ledger()).waiting !== undefined) await wait(100);
  const sample = async (minute: number): Promise<Sample> => ({
    minute,
    mebibytes: memoryOf(pid, "VmRSS"),
    holds: (await ledger()).holds.length,
  });
  await wait(3_000);
  const samples = [await sample(0)];
  for (let minute = 1; minute <= minutes; minute += 1) {
    const told = once(twin, "message");
    twin.send({ endpoint: { port, ca }, pods: podsPerMinute } satisfies ChurnAsk);
    const [{ born, refused }] = (await told) as [ChurnReport];
    if (refused > 0) throw new Error(`${refused} of ${podsPerMinute} pods were given no node`);
    samples.push(await sample(minute));
    if (minute % 5 === 0) say(`minute ${minute}: ${born} pods`);
  }
  await wait(5_000);
  return { samples, rest: await sample(minutes), peak: memoryOf(pid, "VmHWM") };
}

function findings({ samples, rest, peak }: { samples: readonly Sample[]; rest: Sample; peak: number }) {
  const [first] = samples;
  const between = (from: number, to: number) =>
    median(samples.filter(({ minute }) => minute >= from && minute <= to).map(({ mebibytes }) => mebibytes));
  const [early, late] = [between(6, 10), between(minutes - 4, minutes)];
  const growth = late / early - 1;
  const shown = samples.filter(({ minute }) => minute % 5 === 0);
  const row = (what: string, { mebibytes, holds }: Sample) => [what, figure(mebibytes), String(holds)];
  const atRest = first?.mebibytes ?? Number.NaN;
  return {
    tables: [
      {
        caption: `Resident memory of the whole process; at most ${figure(peak)} MiB`,
        columns: ["", "RSS, MiB", "reservations"],
        rows: [
          ...shown.map((one) => row(one.minute === 0 ? "before" : `after ${one.minute} minutes`, one)),
          row("5 s later", rest),
        ],
      },
    ],
    goals: [
      {
        text: `RSS with 2,000 reservations ≤ ${goalMebibytes} MiB`,
        seen: `${figure(atRest)} MiB`,
        met: atRest <= goalMebibytes,
      },
      {
        text: `no growth from minutes 6 to 10 to the last five (medians)`,
        seen: `${(100 * growth).toFixed(1)} %`,
        met: growth <= toleratedGrowth,
      },
    ],
  };
}
