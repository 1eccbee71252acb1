import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Typed } from "../install/harness/install.ts";
import type { Step } from "../install/harness/first-claim.ts";
import { apart } from "../runner/apart.ts";
import type { Bench } from "./support/bench.ts";
import { figure } from "./support/stats.ts";

const withImage = fileURLToPath(new URL("../install/with-image.ts", import.meta.url));
const measure = fileURLToPath(new URL("../install/measure.ts", import.meta.url));

/** From nothing to a first volume. */
export const bench: Bench = {
  title: "From `helm install` to the first claim",
  about: `The README's section *Install*, typed as it is printed, once, in a cluster of one node: a User-Mode Linux guest of one processor with kubelet, containerd and LVM, in
which the images are already. System calls and new processes are about 20 times slower there than on the host. A pod with a claim, which names the second scheduler, is
made as soon as helm has made the webhook configurations, and again until the API server takes it, which it does once the service answers. What waits for a Secret that the service makes is tried
again by kubelet after ever longer pauses.`,
  run: async (say) => {
    const [command, ...args] = [process.execPath, withImage, ...apart, process.execPath, measure];
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [printed, [status]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    if (status !== 0) throw new Error(`it ended with status ${String(status)}`);
    say("it is installed");
    const { typed, steps } = JSON.parse(printed) as { typed: readonly Typed[]; steps: readonly Step[] };
    const inOrder = steps.toSorted((a, b) => a.seconds - b.seconds);
    return {
      tables: [
        {
          caption: "What came about how long after the start of `helm install`, in seconds",
          columns: ["", "after", "since the line above"],
          rows: inOrder.map(({ what, seconds }, at) => [
            what,
            figure(seconds),
            figure(seconds - (inOrder[at - 1]?.seconds ?? 0)),
          ]),
        },
        {
          caption: "What was typed, in seconds",
          columns: ["", "took"],
          rows: typed.map(({ command: line, seconds }) => [`\`${line}\``, figure(seconds)]),
        },
      ],
      goals: [],
    };
  },
};
