import { Agent } from "node:https";
import { systemClock } from "../../src/base/clock.ts";
import { loadKubeAccess } from "../../src/kube/load.ts";
import { createDemandingPod, namesOf } from "../kube/harness/burst.ts";
import { type ControlPlane, startControlPlane } from "../kube/harness/control-plane.ts";
import { each } from "../kube/harness/each.ts";
import { createNode, createPod, createStorageClasses } from "../kube/harness/objects.ts";
import { startScheduler } from "../kube/harness/scheduler.ts";
import { type Service, startService } from "../kube/harness/service.ts";
import { until } from "../kube/harness/until.ts";
import type { Bench } from "./support/bench.ts";
import { type CpuByProgram, cpuByProgram, usedBetween } from "./support/cpu.ts";
import { startNoopDriver } from "./support/noop-driver.ts";
import { watchPlacements } from "./support/placements.ts";
import { figure, median } from "./support/stats.ts";

const nodeCount = 1_000;
const podCount = 300;
const rounds = 4;
const leastShare = 0.9;

const modes = ["no claims", "claims, without extender", "claims, with extender"] as const;
type Mode = (typeof modes)[number];

/** Programs, as the table of CPU shows them. */
const parts = [
  { title: "scheduler", programs: ["kube-scheduler"] },
  { title: "service", programs: ["node"] },
  { title: "API server, store, controllers", programs: ["kube-apiserver", "etcd", "kube-controller-manager"] },
  { title: "driver and bench", programs: ["bench"] },
] as const;

/** How much a real scheduler gets done with us beside it. */
export const bench: Bench = {
  title: "Pods per second through kube-scheduler",
  about: `A real control plane and kube-scheduler, ${nodeCount.toLocaleString("en")} nodes with room for hundreds of pods each. ${podCount} pods and their claims of 3 GiB are made while no scheduler runs; then it is
started, and what counts is the time from the first pod with a node to the last. The driver does nothing: a claim that names a node has a volume at once. The pods with
and without extender are the same, but for the marker that admission gives them, and so are the claims, the driver, and the scheduler's configuration (\`deploy/scheduler\`, without the limit of its client: with
the default of 50 requests a second, three for such a pod, it places 16 a second either way). ${rounds} rounds in turns; a share is the median of the rounds' shares. All of it, the API server included, has the
same processors, and they are what limits it: a pod takes as much longer as it takes more CPU, of which the second table says whose it is. The service watches the same claims in every row; in a cluster it has
processors of its own.`,
  run: async (say) => {
    const bare = await startControlPlane("bench-scheduling");
    const agent = new Agent({ keepAlive: true, maxSockets: 32 });
    const plane: ControlPlane = { ...bare, api: bare.apiOver(agent) };
    const access = await loadKubeAccess({ kubeconfig: plane.kubeconfigFor("bench", plane.adminToken) });
    const driver = startNoopDriver(access);
    try {
      await createStorageClasses(plane, ["ssd"]);
      await each(namesOf("node", nodeCount), 16, (name) => createNode(plane, name, { ssd: 1_000 }));
      const service = await startService(plane, ["--log-level=info"]);
      await place(plane, service, modes[2], "warm");
      const seen: Record<Mode, Round[]> = { [modes[0]]: [], [modes[1]]: [], [modes[2]]: [] };
      for (let round = 1; round <= rounds; round += 1)
        for (const mode of round % 2 === 0 ? modes : modes.toReversed()) {
          const one = await place(plane, service, mode, `${round}`);
          seen[mode].push(one);
          say(`round ${round} of ${rounds}, ${mode}: ${figure(one.podsPerSecond)} pods a second`);
        }
      await service.stop();
      return findings(seen);
    } finally {
      await driver.close();
      await access.close();
      agent.destroy();
      await bare.stop();
    }
  },
};

/** A round of one mode. */
interface Round {
  readonly podsPerSecond: number;
  /** Milliseconds for each pod that the service took over its answers. */
  readonly filterMs: number;
  readonly prioritizeMs: number;
  /** Of the time in which the pods were placed. */
  readonly cpu: CpuByProgram;
}

async function answeringMs(service: Service, verb: "filter" | "prioritize"): Promise<number> {
  return 1000 * (await service.metric("nativestor_extender_duration_seconds_sum", { verb }));
}

async function place(plane: ControlPlane, service: Service, mode: Mode, suffix: string): Promise<Round> {
  const pods = namesOf(`pod-${suffix}`, podCount);
  await each(pods, 16, (name) => create(plane, name, mode));
  const access = await loadKubeAccess({ kubeconfig: plane.workspace.path("bench.kubeconfig"), clock: systemClock });
  const placements = await watchPlacements(access);
  const [filterMs, prioritizeMs] = [await answeringMs(service, "filter"), await answeringMs(service, "prioritize")];
  const scheduler = await startScheduler(plane, service, { isAlone: mode !== modes[2], perSecond: 5_000 });
  try {
    const before = cpuByProgram();
    const spanMs = await placements.spanOf(podCount);
    const cpu = usedBetween(before, cpuByProgram());
    return {
      podsPerSecond: ((podCount - 1) * 1000) / spanMs,
      filterMs: ((await answeringMs(service, "filter")) - filterMs) / podCount,
      prioritizeMs: ((await answeringMs(service, "prioritize")) - prioritizeMs) / podCount,
      cpu,
    };
  } finally {
    await scheduler.stop("SIGKILL");
    await placements.close();
    await access.close();
    await clear(plane);
  }
}

function create(plane: ControlPlane, name: string, mode: Mode): Promise<unknown> {
  if (mode === modes[0]) return createPod(plane, name, []);
  return createDemandingPod(plane, name, { isMarked: mode === modes[2] });
}

async function clear({ api }: ControlPlane): Promise<void> {
  const paths = ["/api/v1/namespaces/default/pods", "/api/v1/namespaces/default/persistentvolumeclaims"];
  for (const path of [...paths, "/api/v1/persistentvolumes"])
    await until(`nothing is left at ${path}`, async () => {
      await api.remove(path);
      return (await api.list(path)).length === 0;
    });
}

function findings(seen: Record<Mode, Round[]>) {
  const rates = (mode: Mode) => seen[mode].map(({ podsPerSecond }) => podsPerSecond);
  const share = median(rates(modes[2]).map((rate, round) => rate / (rates(modes[1])[round] ?? Number.NaN)));
  const asked = seen[modes[2]];
  const cpuOf = (mode: Mode, programs: readonly string[]) =>
    median(seen[mode].map(({ cpu }) => programs.reduce((sum, name) => sum + (cpu.get(name) ?? 0), 0) / podCount));
  return {
    tables: [
      {
        caption: "Pods a second",
        columns: ["", "median", "least", "most"],
        rows: modes.map((mode) => [
          mode,
          ...[median(rates(mode)), Math.min(...rates(mode)), Math.max(...rates(mode))].map(figure),
        ]),
      },
      {
        caption: "CPU for each pod, in milliseconds, from the start of the scheduler to the last pod",
        columns: ["", ...parts.map(({ title }) => title)],
        rows: modes.map((mode) => [mode, ...parts.map(({ programs }) => figure(cpuOf(mode, programs)))]),
      },
      {
        caption: "Time of the service's answers for each pod, in milliseconds, on processors that others use",
        columns: ["", "filter", "prioritize"],
        rows: [
          [
            modes[2],
            figure(median(asked.map(({ filterMs }) => filterMs))),
            figure(median(asked.map(({ prioritizeMs }) => prioritizeMs))),
          ],
        ],
      },
    ],
    goals: [
      {
        text: `with extender ≥ ${100 * leastShare} % of without`,
        seen: `${(100 * share).toFixed(0)} %`,
        met: share >= leastShare,
      },
    ],
  };
}
