import { readFile } from "node:fs/promises";
import { parse, parseAllDocuments, stringify } from "yaml";
import { type ControlPlane, programPath } from "./control-plane.ts";
import { type Program, startProgram } from "./program.ts";
import type { Service } from "./service.ts";
import { until } from "./until.ts";

/** What is looked at of a scheduler's configuration. */
interface SchedulerConfiguration {
  clientConnection?: { kubeconfig: string; qps?: number; burst?: number };
  leaderElection?: { leaderElect: boolean };
  extenders: { urlPrefix: string; nodeCacheCapable: boolean; tlsConfig: { caFile: string } }[];
}

const deployed = (name: string) => readFile(new URL(`../../../deploy/${name}`, import.meta.url), "utf8");

const configurations = {
  default: () => deployed("scheduler/scheduler-config.yaml"),
  second: async () => {
    const documents = parseAllDocuments(await deployed("manifests/second-scheduler/deployment.yaml"));
    const objects = documents.map((one) => one.toJS() as { kind: string; data?: Record<string, string> });
    return objects.find(({ kind }) => kind === "ConfigMap")?.data?.["scheduler.yaml"] ?? "";
  },
} as const;

/** Where a scheduler finds its extender. */
export type Extender = Pick<Service, "url" | "caFile">;

export interface SchedulerOptions {
  /** Which of the two that we ship; the default scheduler's where none is named. */
  readonly which?: "default" | "second" | undefined;
  /** Has the scheduler send whole nodes, as older configurations do. */
  readonly wholeNodes?: boolean | undefined;
  /** Lets it decide alone. */
  readonly isAlone?: boolean | undefined;
  /** Requests a second that its client makes at most; 50 by default, which holds up a burst of pods. */
  readonly perSecond?: number | undefined;
}

/**
 * Starts a real kube-scheduler with a configuration of deploy/, in which only the addresses and the files are exchanged
 * for those of the test. It has the rights that Kubernetes gives its scheduler, no more.
 */
export async function startScheduler(
  cluster: ControlPlane,
  { url, caFile }: Extender,
  { which = "default", wholeNodes = false, isAlone = false, perSecond }: SchedulerOptions = {},
): Promise<Program> {
  const config = parse(await configurations[which]()) as SchedulerConfiguration;
  const kubeconfig = cluster.kubeconfigFor("scheduler", cluster.schedulerToken);
  config.clientConnection = { kubeconfig, ...(perSecond !== undefined && { qps: perSecond, burst: 2 * perSecond }) };
  config.leaderElection = { leaderElect: false };
  if (isAlone) config.extenders = [];
  for (const extender of config.extenders) {
    extender.urlPrefix = url;
    extender.tlsConfig = { caFile };
    if (wholeNodes) extender.nodeCacheCapable = false;
  }
  const path = cluster.workspace.write(`${which}-scheduler.yaml`, stringify(config));
  const flags = ["--config", path, "--secure-port=0", "--v=2"];
  const scheduler = startProgram(cluster.workspace, "kube-scheduler", programPath("kube-scheduler"), flags);
  await until("the scheduler has read the pods", async () => {
    await scheduler.check();
    return (await scheduler.log()).includes(`"Caches populated" type="*v1.Pod"`);
  });
  return scheduler;
}
