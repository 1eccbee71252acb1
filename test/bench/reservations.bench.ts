import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { bundle } from "../../scripts/bundle.ts";
import { freePorts } from "../kube/harness/ports.ts";
import { request } from "../support/https-client.ts";
import { certificateFolder, testAuthority } from "../support/test-certificates.ts";
import type { Bench } from "./support/bench.ts";
import { type StartedService, startBundled } from "./support/bundled.ts";
import type { ChurnAsk, ChurnReport } from "./support/churn-messages.ts";
import { kubeconfigFor } from "./support/kubeconfig.ts";
import { type Inspector, inspect } from "./support/live-heap.ts";
import { memoryOf } from "./support/memory.ts";
import { figure, median } from "./support/stats.ts";

/** As the chart has it. */
const nodeFlags = ["--max-semi-space-size=2"];
const minutes = 30;
const podsPerMinute = 200;
const goalMebibytes = 200;
/** What garbage that has still to be collected may make. */
const toleratedGrowth = 0.05;
/** What code that is compiled meanwhile, and the like, may make. */
const toleratedLiveGrowth = 0.02;

/** Minutes after which all garbage is collected: as many pods as ever live at a time are there then, and at the end. */
const collectedAfter: readonly number[] = [10, minutes];

interface Sample {
  readonly minute: number;
  readonly mebibytes: number;
  readonly holds: number;
  /** MiB of the heap that are in use; undefined where nothing was collected to know it. */
  readonly live: number | undefined;
}

/** Memory of the service with all that it holds, and while pods come and go. */
export const bench: Bench = {
  title: "Memory with reservations",
  about: `The production bundle, with Node.js's flags of the chart, on the twin of an API server with 5,000 nodes, 20,000 claims and 18,000 LogicalVolumes. 2,000 of the claims name a node and have no
volume, so that as many reservations stand. Then ${minutes} minutes of churn in the cluster's time, ${podsPerMinute} pods a minute, as fast as they go: for each a claim, a filter request with 5,000 names,
the choice, a volume that is made and counted, and its end a thousand pods later. The process and its own time are real. RSS goes up and down with garbage that V8 has not collected yet; what the service
keeps is the heap in use after a collection, which its inspector is asked for after minutes ${collectedAfter.join(" and ")} and before.`,
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
      const [inspected = 0] = await freePorts(1);
      const inspecting = [`--inspect=127.0.0.1:${inspected}`, "--inspect-publish-uid=http"];
      const args = ["--kubeconfig", kubeconfig];
      const service = await startBundled(join(folder, "dist"), certDir, args, [...nodeFlags, ...inspecting]);
      const inspector = await inspect(inspected);
      try {
        return findings(await churn(service, inspector, twin, readFileSync(join(certDir, "ca.crt"), "utf8"), say));
      } finally {
        // with somebody who inspects it, it does not end
        inspector.close();
        await service.stop();
      }
    } finally {
      twin.kill("SIGKILL");
      await rm(folder, { recursive: true });
      await rm(certDir, { recursive: true });
    }
  },
};

async function churn(
  service: StartedService,
  inspector: Inspector,
  twin: ChildProcess,
  ca: string,
  say: (text: string) => void,
) {
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
    live: minute === 0 || collectedAfter.includes(minute) ? await inspector.liveHeap() : undefined,
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
  return { samples, peak: memoryOf(pid, "VmHWM") };
}

function findings({ samples, peak }: { samples: readonly Sample[]; peak: number }) {
  const [first] = samples;
  const between = (from: number, to: number) =>
    median(samples.filter(({ minute }) => minute >= from && minute <= to).map(({ mebibytes }) => mebibytes));
  const [early, late] = [between(6, 10), between(minutes - 4, minutes)];
  const growth = late / early - 1;
  const shown = samples.filter(({ minute }) => minute % 5 === 0);
  const liveAfter = (minute: number) => samples.find((one) => one.minute === minute)?.live ?? Number.NaN;
  const [earlyLive = Number.NaN, lateLive = Number.NaN] = collectedAfter.map(liveAfter);
  const liveGrowth = lateLive / earlyLive - 1;
  const atRest = first?.mebibytes ?? Number.NaN;
  return {
    tables: [
      {
        caption: `Resident memory of the whole process; at most ${figure(peak)} MiB`,
        columns: ["", "RSS, MiB", "heap in use, MiB", "reservations"],
        rows: shown.map(({ minute, mebibytes, holds, live }) => [
          minute === 0 ? "before" : `after ${minute} minutes`,
          figure(mebibytes),
          live === undefined ? "" : figure(live),
          String(holds),
        ]),
      },
    ],
    goals: [
      {
        text: `RSS with 2,000 reservations ≤ ${goalMebibytes} MiB`,
        seen: `${figure(atRest)} MiB`,
        met: atRest <= goalMebibytes,
      },
      {
        text: `heap in use: no growth from minute ${collectedAfter.join(" to minute ")}`,
        seen: `${(100 * liveGrowth).toFixed(1)} %`,
        met: liveGrowth <= toleratedLiveGrowth,
      },
      {
        text: `RSS: no growth from minutes 6 to 10 to the last five (medians)`,
        seen: `${(100 * growth).toFixed(1)} %`,
        met: growth <= toleratedGrowth,
      },
    ],
  };
}
