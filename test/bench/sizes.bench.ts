import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { bundle } from "../../scripts/bundle.ts";
import { certificateFolder, testAuthority } from "../support/test-certificates.ts";
import { startAgent } from "./support/agent.ts";
import type { Bench } from "./support/bench.ts";
import { startBundled } from "./support/bundled.ts";
import { kubeconfigFor } from "./support/kubeconfig.ts";
import { memoryOf } from "./support/memory.ts";
import { figure } from "./support/stats.ts";
import { startTwin } from "./support/twin.ts";

const restMs = 5_000;
const clusters = [
  { nodes: 5, claims: 20 },
  { nodes: 100, claims: 400 },
  { nodes: 1_000, claims: 4_000 },
  { nodes: 5_000, claims: 20_000 },
] as const;
const volumeCounts = [10, 1_000, 10_000] as const;

/** What roles take as the cluster grows. */
export const bench: Bench = {
  title: "Memory by the size of the cluster",
  about: `The production bundle with Node.js's settings of the chart, against the twin of an API server, once for each size: \`serve\` with so many nodes and claims, \`controller\` with so many
volumes. Resident memory of the whole process ${restMs / 1000} s after it was ready, and at most; of it the program Node.js takes the most in a small cluster. Synced is how long \`serve\` reads the cluster
at its start.`,
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), "nativestor-bench-"));
    const dist = join(folder, "dist");
    try {
      await bundle(dist);
      const serves: string[][] = [];
      for (const { nodes, claims } of clusters) {
        say(`serve: ${nodes} nodes`);
        serves.push([`${nodes} nodes, ${claims} claims`, ...(await serve(dist, folder, nodes, claims)).map(figure)]);
      }
      const controllers: string[][] = [];
      for (const volumes of volumeCounts) {
        say(`controller: ${volumes} volumes`);
        controllers.push([`${volumes} volumes`, ...(await controller(dist, folder, volumes)).map(figure)]);
      }
      return {
        tables: [
          { caption: "`serve`", columns: ["", "synced ms", "RSS at rest, MiB", "peak"], rows: serves },
          { caption: "`controller`", columns: ["", "RSS at rest, MiB", "peak"], rows: controllers },
        ],
        goals: [],
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function serve(dist: string, folder: string, nodes: number, claims: number): Promise<number[]> {
  const api = fork(new URL("./support/api-main.ts", import.meta.url), [String(nodes), String(claims)], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const certDir = await certificateFolder(testAuthority());
  try {
    const [cluster] = (await once(api, "message")) as [{ url: string; ca: string }];
    const kubeconfig = join(folder, "serve.kubeconfig");
    await writeFile(kubeconfig, kubeconfigFor(cluster));
    const started = await startBundled(dist, certDir, ["--kubeconfig", kubeconfig], ["--max-semi-space-size=2"]);
    const { servingMs, readyMs, pid } = started;
    await wait(restMs);
    const seen = [readyMs - servingMs, memoryOf(pid, "VmRSS"), memoryOf(pid, "VmHWM")];
    await started.stop();
    return seen;
  } finally {
    api.kill("SIGKILL");
    await rm(certDir, { recursive: true });
  }
}

async function controller(dist: string, folder: string, volumes: number): Promise<number[]> {
  const twin = await startTwin(folder, { made: volumes, wished: 0, nodes: 50 });
  try {
    const { pid, stop } = await startAgent({
      dist,
      role: "controller",
      kubeconfig: twin.kubeconfig,
      folder: await mkdtemp(join(folder, "controller-")),
    });
    await wait(restMs);
    const seen = [memoryOf(pid, "VmRSS"), memoryOf(pid, "VmHWM")];
    stop();
    return seen;
  } finally {
    twin.close();
  }
}
