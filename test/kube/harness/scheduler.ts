import { readFile } from "node:fs/promises";
import { parse, stringify } from "yaml";
import { type ControlPlane, programPath } from "./control-plane.ts";
import { type Program, startProgram } from "./program.ts";
import type { Service } from "./service.ts";
import { until } from "./until.ts";

/** What is looked at of deploy/scheduler/*.yaml. */
interface SchedulerConfiguration {
  clientConnection?: { kubeconfig: string };
  leaderElection?: { leaderElect: boolean };
  readonly extenders: { urlPrefix: string; tlsConfig: { serverName?: string; caFile: string } }[];
}

/**
 * Starts a real kube-scheduler with a file of deploy/scheduler/, in which only the addresses and the files are exchanged
 * for those of the test. It has the rights that Kubernetes gives its scheduler, no more.
 */
export async function startScheduler(
  cluster: ControlPlane,
  service: Pick<Service, "url" | "caFile">,
  file = "scheduler-config.yaml",
): Promise<Program> {
  const source = new URL(`../../../deploy/scheduler/${file}`, import.meta.url);
  const config = parse(await readFile(source, "utf8")) as SchedulerConfiguration;
  const kubeconfig = cluster.kubeconfigFor("scheduler", cluster.schedulerToken);
  config.clientConnection = { kubeconfig };
  config.leaderElection = { leaderElect: false };
  for (const extender of config.extenders) {
    extender.urlPrefix = service.url;
    extender.tlsConfig = { caFile: service.caFile };
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
