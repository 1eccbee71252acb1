import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { bundle } from "../../scripts/bundle.ts";
import { certificateFolder, testAuthority } from "../support/test-certificates.ts";
import type { Bench } from "./support/bench.ts";
import { startBundled } from "./support/bundled.ts";
import { kubeconfigFor } from "./support/kubeconfig.ts";
import { memoryOf } from "./support/memory.ts";
import { figure, median } from "./support/stats.ts";

const runs = 5;
const restMs = 3000;
const goalMebibytes = 150;

interface Seen {
  readonly servingMs: number;
  readonly readyMs: number;
  readonly readyMebibytes: number;
  readonly restMebibytes: number;
  readonly peakMebibytes: number;
  readonly stallMs: number;
}

/** The view of a large cluster. */
export const bench: Bench = {
  title: "View of 5,000 nodes and 20,000 claims",
  about: `The production bundle reads a cluster from the twin of an API server, in another process over HTTPS: lists in pages, nodes as metadata of
4 kB, claims in full of 2.5 kB, then watches. ${runs} runs; synced is the time between serving and ready, the twin's own work (it writes 70 MB of JSON)
included. Memory is the resident set of the whole process, when it is ready, ${restMs / 1000} s later, and at most; the stall is what the service itself
tells (\`nodejs_eventloop_lag_max_seconds\`, which counts 10 ms between two looks).`,
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), "nativestor-bench-"));
    const api = fork(new URL("./support/api-main.ts", import.meta.url), {
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    try {
      const [cluster] = (await once(api, "message")) as [{ url: string; ca: string }];
      const kubeconfig = join(folder, "kubeconfig");
      await writeFile(kubeconfig, kubeconfigFor(cluster));
      await bundle(join(folder, "dist"));
      const seen: Seen[] = [];
      for (let run = 0; run < runs; run += 1) {
        say(`${run + 1} of ${runs}`);
        seen.push(await readOnce(join(folder, "dist"), kubeconfig));
      }
      return findings(seen);
    } finally {
      api.kill("SIGKILL");
      await rm(folder, { recursive: true });
    }
  },
};

async function readOnce(dist: string, kubeconfig: string): Promise<Seen> {
  const certDir = await certificateFolder(testAuthority());
  const started = await startBundled(dist, certDir, ["--kubeconfig", kubeconfig]);
  try {
    const { servingMs, readyMs, pid } = started;
    const readyMebibytes = memoryOf(pid, "VmRSS");
    const stallMs = 1000 * (await started.metric("nodejs_eventloop_lag_max_seconds"));
    await wait(restMs);
    const [restMebibytes, peakMebibytes] = [memoryOf(pid, "VmRSS"), memoryOf(pid, "VmHWM")];
    return { servingMs, readyMs, readyMebibytes, restMebibytes, peakMebibytes, stallMs };
  } finally {
    await started.stop();
    await rm(certDir, { recursive: true });
  }
}

function findings(seen: readonly Seen[]) {
  const of = (pick: (one: Seen) => number) => seen.map(pick);
  const synced = of(({ servingMs, readyMs }) => readyMs - servingMs);
  const rest = median(of(({ restMebibytes }) => restMebibytes));
  const columns = {
    "serving ms": median(of(({ servingMs }) => servingMs)),
    "synced ms": median(synced),
    "at most": Math.max(...synced),
    "longest stall ms": median(of(({ stallMs }) => stallMs)),
    "RSS ready, MiB": median(of(({ readyMebibytes }) => readyMebibytes)),
    "RSS at rest": rest,
    "RSS peak": Math.max(...of(({ peakMebibytes }) => peakMebibytes)),
  };
  return {
    tables: [
      {
        caption: "Reading the cluster, medians",
        columns: ["source", ...Object.keys(columns)],
        rows: [["API server", ...Object.values(columns).map(figure)]],
      },
    ],
    goals: [{ text: `RSS at rest ≤ ${goalMebibytes} MiB`, seen: `${figure(rest)} MiB`, met: rest <= goalMebibytes }],
  };
}
