import { countPlaced, createDemandingPod, namesOf, selectedNodes } from "../kube/harness/burst.ts";
import { startControlPlane } from "../kube/harness/control-plane.ts";
import { each } from "../kube/harness/each.ts";
import { startFleet } from "../kube/harness/fleet.ts";
import { createStorageClasses } from "../kube/harness/objects.ts";
import { startScheduler } from "../kube/harness/scheduler.ts";
import { startService } from "../kube/harness/service.ts";
import { until } from "../kube/harness/until.ts";
import type { Bench } from "./support/bench.ts";
import { figure } from "./support/stats.ts";

const count = 1_000;
const limitMs = 400_000;
const modes = ["on", "off"] as const;
type Mode = (typeof modes)[number];

interface Seen {
  readonly selectedSeconds: number;
  readonly overcommitted: number;
  readonly placed: number;
}

/** What reservations cost a burst, and what they save it. */
export const bench: Bench = {
  title: "A burst, with reservations and without",
  about: `A real control plane and kube-scheduler (its client at 500 requests a second), ${count.toLocaleString("en")} nodes with room for one volume each, and as many pods at once with a claim of 3 GiB each.
One program stands in for provisioner and agents; it counts as over-committed what real LVM would have refused. The time is from the first create to the last claim that names a node. Without reservations
(\`--reservations=off\`) a claim that was sent to a full node names it all the same: its pod has then to be scheduled anew, which is no part of the time.`,
  run: async (say) => {
    const seen = new Map<Mode, Seen>();
    for (const mode of modes) {
      say(`reservations ${mode}`);
      seen.set(mode, await burst(mode));
    }
    return findings(seen);
  },
};

async function burst(mode: Mode): Promise<Seen> {
  const bare = await startControlPlane(`bench-burst-${mode}`);
  const parts: (() => Promise<unknown>)[] = [];
  try {
    await createStorageClasses(bare, ["ssd"]);
    const fleet = await startFleet(bare, namesOf("node", count), 3);
    parts.push(() => fleet.stop());
    const { plane } = fleet;
    const service = await startService(plane, [`--reservations=${mode}`, "--log-level=info"]);
    parts.push(() => service.stop("SIGKILL"));
    const scheduler = await startScheduler(plane, service, { perSecond: 500 });
    parts.push(() => scheduler.stop("SIGKILL"));
    const begunAt = performance.now();
    await each(namesOf("pod", count), 16, (name) => createDemandingPod(plane, name));
    const areSelected = async () => [...(await selectedNodes(plane)).values()].every((node) => node !== undefined);
    await until("every claim names a node", areSelected, limitMs, 250);
    const selectedSeconds = (performance.now() - begunAt) / 1000;
    // what was sent to a full node shows when its volume is made
    await until(
      "every claim has been tried",
      async () => (await countPlaced(plane)) + fleet.overcommitted.length >= count,
      limitMs,
      500,
    );
    return { selectedSeconds, overcommitted: fleet.overcommitted.length, placed: await countPlaced(plane) };
  } finally {
    await Promise.all(parts.map((stop) => stop()));
    await bare.stop();
  }
}

function findings(seen: ReadonlyMap<Mode, Seen>) {
  const rows = [...seen].map(([mode, { selectedSeconds, overcommitted, placed }]) => [
    `reservations ${mode}`,
    figure(selectedSeconds),
    figure(count / selectedSeconds),
    String(overcommitted),
    String(placed),
  ]);
  const promised = seen.get("on")?.overcommitted ?? Number.NaN;
  return {
    tables: [
      {
        caption: `${count} pods for ${count} places`,
        columns: ["", "all selected, s", "pods a second", "over-committed", "placed at the first attempt"],
        rows,
      },
    ],
    goals: [{ text: "with reservations none is over-committed", seen: String(promised), met: promised === 0 }],
  };
}
