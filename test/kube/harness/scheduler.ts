import { readFile } from "node:fs/promises";
import { parse, stringify } from "yaml";
import { type ControlPlane, programPath } from "./control-plane.ts";
import { type Program, startProgram } from "./program.ts";
import type { Service } from "./service.ts";
import { until } from "./until.ts";

/** What is looked at of deploy/scheduler/*.yaml. */
interface SchedulerConfiguration {
  clientConnection?: { kubeconfig: string; qps?: number; burst?: number };
  leaderElection?: { leaderElect: boolean };
  readonly extenders: { urlPrefix: string; nodeCacheCapable: boolean; tlsConfig: { caFile: string } }[];
}

/** Where a scheduler finds its extender. */
export type Extender = Pick<Service, "url" | "caFile">;

export interface SchedulerOptions {
  /** File of deploy/scheduler/; the default scheduler's where none is named. */
  readonly file?: string | undefined;
  /** Has the scheduler send whole nodes, as older configurations do. */
  readonly wholeNodes?: boolean | undefined;
  /** Requests a second that its client makes at most; 50 by default, which holds up a burst of pods. */
  readonly perSecond?: number | undefined;
}

/**
 * Starts a real kube-scheduler with a file of deploy/scheduler/, in which only the addresses and the files are exchanged
 * for those of the test. It has the rights that Kubernetes gives its scheduler, no more.
 */
export async function startScheduler(
  cluster: ControlPlane,
  { url, caFile }: Extender,
  { file = "scheduler-config.yaml", wholeNodes = false, perSecond }: SchedulerOptions = {},
): Promise<Program> {
  const source = new URL(`../../../deploy/scheduler/${file}`, import.meta.url);
  const config = parse(await readFile(source, "utf8")) as SchedulerConfiguration;
  const kubeconfig = cluster.kubeconfigFor("scheduler", cluster.schedulerToken);
  config.clientConnection = { kubeconfig, ...(perSecond !== undefined && { qps: perSecond, burst: 2 * perSecond }) };
  config.leaderElection = { leaderElect: false };
  for (const extender of config.extenders) {
    extender.urlPrefix = url;
    extender.tlsConfig = { caFile };
    if (wholeNodes) extender.nodeCacheCapable = false;
  }
  const path = cluster.workspace.write(file, stringify(config));
  const flags = ["--config", path, "--secure-port=0", "--v=2"];
  const scheduler = startProgram(cluster.workspace, "kube-scheduler", programPath("kube-scheduler"), flags);
  await until("the scheduler has read the pods", async () => {
    await scheduler.check();
    return (await scheduler.log()).includes(`"Caches populated" type="*v1.Pod"`);
  });
  return scheduler;
}
