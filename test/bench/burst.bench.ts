import { systemClock } from "../../src/base/clock.ts";
import { loadKubeAccess } from "../../src/kube/load.ts";
import { createDemandingPod, namesOf } from "../kube/harness/burst.ts";
import { type ControlPlane, startControlPlane } from "../kube/harness/control-plane.ts";
import { each } from "../kube/harness/each.ts";
import { startFleet } from "../kube/harness/fleet.ts";
import { createPod, createStorageClasses } from "../kube/harness/objects.ts";
import { startScheduler } from "../kube/harness/scheduler.ts";
import { startService } from "../kube/harness/service.ts";
import { until } from "../kube/harness/until.ts";
import type { Bench } from "./support/bench.ts";
import { watchPlacements } from "./support/placements.ts";
import { figure } from "./support/stats.ts";

const count = 1_000;
const limitMs = 280_000;
/** What an lvcreate takes of a kept lvm shell on an ordinary disk, its metadata written and the device there. */
const lvcreateMs = 300;
const modes = ["on", "off"] as const;
type Mode = (typeof modes)[number];

interface Cluster {
  readonly title: string;
  readonly nodes: number;
  /** Volumes of 3 GiB that a node has room for. */
  readonly places: number;
  /** CPUs of a node's 16 that pods of others take, by its number; none where undefined. */
  readonly takenOn?: (at: number) => number;
}

const clusters: readonly Cluster[] = [
  { title: "1,000 nodes alike, room for one volume each", nodes: 1_000, places: 1 },
  {
    title: "250 nodes of which others use 0 to 12 of 16 CPUs, room for four each",
    nodes: 250,
    places: 4,
    takenOn: (at) => (at * 7) % 13,
  },
];

interface Seen {
  readonly selectedSeconds: number;
  readonly placedSeconds: number;
  readonly overcommitted: number;
}

/** What reservations cost a burst, and what they save it. */
export const bench: Bench = {
  title: "A burst, with reservations and without",
  about: `A real control plane and kube-scheduler (its client at 500 requests a second); ${count.toLocaleString("en")} pods at once with a claim of 3 GiB each, for as many places. One program stands in for provisioner and agents.
It begins a volume as soon as a claim names its node; a node makes one after the other, ${lvcreateMs} ms each, as lvcreate does, and publishes its room at once when one is there, as the node's agent does. (A csi-provisioner
with its limits and a kubelet are slower, and the published room is then older.) What is asked of a full node is counted as over-committed: real LVM would refuse it, and as csi-provisioner does then the
claim loses its node and its pod is scheduled anew. Nodes alike are the best case for a scheduler without reservations: by its own preference for nodes with fewer pods it spreads the burst by itself. Times are
from the first create: until each claim has named a node once, and until each pod has its volume and its node.`,
  run: async (say) => {
    const seen = new Map<Cluster, Map<Mode, Seen>>();
    for (const cluster of clusters) {
      const byMode = new Map<Mode, Seen>();
      seen.set(cluster, byMode);
      for (const mode of modes) {
        const one = await burst(cluster, mode);
        byMode.set(mode, one);
        say(`${cluster.title}, reservations ${mode}: ${one.overcommitted} over-committed`);
      }
    }
    return findings(seen);
  },
};

async function burst({ nodes, places, takenOn }: Cluster, mode: Mode): Promise<Seen> {
  const bare = await startControlPlane(`bench-burst-${mode}`);
  const parts: (() => Promise<unknown>)[] = [];
  try {
    await createStorageClasses(bare, ["ssd"]);
    const names = namesOf("node", nodes);
    const fleet = await startFleet(bare, names, { freeGib: 3 * places, lvcreateMs });
    parts.push(() => fleet.stop());
    const { plane } = fleet;
    const others = takenOn === undefined ? 0 : await occupy(plane, names, takenOn);
    const service = await startService(plane, [`--reservations=${mode}`, "--log-level=info"]);
    parts.push(() => service.stop("SIGKILL"));
    const scheduler = await startScheduler(plane, service, { perSecond: 500 });
    parts.push(() => scheduler.stop("SIGKILL"));
    const access = await loadKubeAccess({
      kubeconfig: plane.kubeconfigFor("bench", plane.adminToken),
      clock: systemClock,
    });
    parts.push(() => access.close());
    const placements = await watchPlacements(access);
    parts.push(() => placements.close());
    const begunAt = performance.now();
    await each(namesOf("pod", count), 16, (name) => createDemandingPod(plane, name));
    await until("every claim has named a node", async () => fleet.selectedAt.size === count, limitMs);
    const placedAt = await placements.lastOf(count + others);
    return {
      selectedSeconds: (Math.max(...fleet.selectedAt.values()) - begunAt) / 1000,
      placedSeconds: (placedAt - begunAt) / 1000,
      overcommitted: fleet.overcommitted.length,
    };
  } finally {
    for (const stop of parts.toReversed()) await stop();
    await bare.stop();
  }
}

/** Puts a pod of others on each node, which takes CPUs, and answers how many there are. */
async function occupy(plane: ControlPlane, nodes: readonly string[], takenOn: (at: number) => number): Promise<number> {
  await each([...nodes.entries()], 16, ([at, nodeName]) => {
    const resources = { requests: { cpu: String(takenOn(at)) } };
    return createPod(plane, `other-${at}`, [], { nodeName, containers: [{ name: "main", image: "none", resources }] });
  });
  return nodes.length;
}

function findings(seen: ReadonlyMap<Cluster, ReadonlyMap<Mode, Seen>>) {
  const promised = [...seen.values()].map((byMode) => byMode.get("on")?.overcommitted ?? Number.NaN);
  const most = Math.max(...promised);
  return {
    tables: [...seen].map(([{ title }, byMode]) => ({
      caption: title,
      columns: ["", "all selected, s", "pods a second", "all placed, s", "over-committed"],
      rows: [...byMode].map(([mode, { selectedSeconds, placedSeconds, overcommitted }]) => [
        `reservations ${mode}`,
        figure(selectedSeconds),
        figure(count / selectedSeconds),
        figure(placedSeconds),
        String(overcommitted),
      ]),
    })),
    goals: [{ text: "with reservations none is over-committed", seen: String(most), met: most === 0 }],
  };
}
