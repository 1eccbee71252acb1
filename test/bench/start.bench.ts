import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../../scripts/bundle.ts";
import type { Bench } from "./support/bench.ts";
import { type StartedService, startBundled } from "./support/bundled.ts";
import { figure, median } from "./support/stats.ts";

const runs = 10;
const goalMs = 300;
const quickstart = fileURLToPath(new URL("../../examples/quickstart", import.meta.url));

/** Start of the service. */
export const bench: Bench = {
  title: "Start of `serve`",
  about: `The production bundle with the quickstart's manifests and an emulated lvmd for each of its nodes, from the start of the process; ${runs} times
each, in turns, after one that is not counted. The start of a Node.js that does nothing stands beside it.`,
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), "nativestor-bench-"));
    try {
      const dist = join(folder, "dist");
      await bundle(dist);
      const made: StartedService[] = [];
      const toBeMade: StartedService[] = [];
      const bare: number[] = [];
      await startOnce(dist, join(folder, "certs"));
      for (let run = 0; run < runs; run += 1) {
        say(`${run + 1} of ${runs}`);
        bare.push(await bareStart());
        made.push(await startOnce(dist, join(folder, "certs")));
        toBeMade.push(await startOnce(dist, join(folder, `certs-${run}`)));
      }
      return {
        tables: [
          {
            caption: "Time from the start of the process, in ms",
            columns: ["certificates", "serving, median", "max", "ready, median", "min", "max", "bare Node.js, median"],
            rows: [rowOf("are there", made, bare), rowOf("are made", toBeMade, bare)],
          },
        ],
        goals: [goalOf("certificates are there", made), goalOf("certificates are made", toBeMade)],
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function startOnce(dist: string, certDir: string): Promise<StartedService> {
  const started = await startBundled(dist, certDir, ["--manifests", quickstart, "--emulate"]);
  await started.stop();
  return started;
}

async function bareStart(): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
  await new Promise((resolve) => child.once("exit", resolve));
  return performance.now() - startedAt;
}

function rowOf(name: string, started: readonly StartedService[], bare: readonly number[]): string[] {
  const serving = started.map(({ servingMs }) => servingMs);
  const ready = started.map(({ readyMs }) => readyMs);
  const figures = [
    median(serving),
    Math.max(...serving),
    median(ready),
    Math.min(...ready),
    Math.max(...ready),
    median(bare),
  ];
  return [name, ...figures.map(figure)];
}

function goalOf(name: string, started: readonly StartedService[]) {
  const ms = median(started.map(({ readyMs }) => readyMs));
  return { text: `ready, ${name}: median ≤ ${goalMs} ms`, seen: `${figure(ms)} ms`, met: ms <= goalMs };
}
