import { runInImage } from "../image/harness/container.ts";
import { startServe } from "../image/harness/answers.ts";
import { buildImage } from "../image/harness/build.ts";
import type { Bench } from "./support/bench.ts";
import { figure, summarize } from "./support/stats.ts";

const runs = 20;
const goalMs = 500;

/** Start of the image. */
export const bench: Bench = {
  title: "Start of the image",
  about: `The image as deploy/Dockerfile makes it, started by runc on the host with a read-only root and without capabilities, ${runs} times in turns after one that
is not counted: \`serve\` over the quickstart's manifests, which makes certificates and an emulated lvmd for each node, to its first 200 of \`/readyz\`; and
\`nativestor --version\`, to its end.`,
  run: async (say) => {
    const image = await buildImage();
    try {
      say("the image is built");
      const ready: number[] = [];
      const version: number[] = [];
      for (let run = -1; run < runs; run += 1) {
        const serve = await startServe(image);
        await serve.stop();
        const versionMs = await timed(() => runInImage(image, [...image.config.Entrypoint, "--version"]));
        if (run < 0) continue;
        ready.push(serve.readyMs);
        version.push(versionMs);
      }
      const row = (what: string, samples: readonly number[]) => {
        const { p50, max } = summarize(samples);
        return [what, figure(p50), figure(Math.min(...samples)), figure(max)];
      };
      const { p50 } = summarize(ready);
      return {
        tables: [
          {
            caption: "Time from the start of runc, in ms",
            columns: ["", "median", "min", "max"],
            rows: [row("`serve` is ready", ready), row("`--version` has ended", version)],
          },
          {
            caption: "Size of the image",
            columns: ["", "MB"],
            rows: [["uncompressed", figure(image.sizeBytes / 1e6)]],
          },
        ],
        goals: [{ text: `image start to ready: median ≤ ${goalMs} ms`, seen: `${figure(p50)} ms`, met: p50 <= goalMs }],
      };
    } finally {
      image.remove();
    }
  },
};

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}
