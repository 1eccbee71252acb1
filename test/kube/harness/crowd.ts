import { mkdirSync } from "node:fs";
import { Agent } from "node:https";
import { fileURLToPath } from "node:url";
import { type AgentProcess, deployAgents, startController } from "./agents.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { each } from "./each.ts";
import { createNode } from "./objects.ts";
import { type Program, startProgram } from "./program.ts";
import { startScheduler } from "./scheduler.ts";
import { type Service, startService } from "./service.ts";
import { startSidecar } from "./sidecars.ts";
import { until } from "./until.ts";

/** What the process of a crowd is told. */
export interface CrowdTask {
  readonly kubeconfig: string;
  readonly folder: string;
  /** GiB by class, of each node. */
  readonly nodes: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * A cluster in which everything of ours that makes volumes is real: the controller as a process, csi-provisioner and csi-resizer beside it, and
 * the controllers of all nodes with an emulated lvmd each, in one process: a process for each of a thousand is more than a small machine has.
 */
export interface Crowd {
  /** Over connections that are kept. */
  readonly plane: ControlPlane;
  readonly service: Service;
  readonly controller: AgentProcess;
  /** What went wrong on the way to a volume: answers other than OK to CreateVolume, and what a node could not make. */
  failures(): Promise<string[]>;
  stop(): Promise<void>;
}

export interface CrowdOptions {
  readonly nodes: CrowdTask["nodes"];
  /** The default one alone where none is named. */
  readonly schedulers?: readonly ("default" | "second")[];
  /** Requests a second of each scheduler's client; its own 50 where undefined. */
  readonly perSecond?: number;
}

const main = fileURLToPath(new URL("crowd-main.ts", import.meta.url));

/** Starts it, and waits until the room of every node is published. */
export async function startCrowd(purpose: string, options: CrowdOptions): Promise<Crowd> {
  const { nodes, schedulers = ["default"], perSecond } = options;
  const bare = await startControlPlane(purpose);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const plane: ControlPlane = { ...bare, api: bare.apiOver(agent) };
  const { workspace } = plane;
  const parts: { stop(signal?: NodeJS.Signals): Promise<unknown> }[] = [];
  await deployAgents(plane);
  await each(Object.keys(nodes), 16, (name) => createNode(plane, name, {}));
  await createClasses(plane);
  const crowd = startNodes(plane, nodes);
  parts.push(crowd);
  await until(
    "all nodes have published their room",
    async () => {
      await crowd.check();
      const all = await plane.api.list("/api/v1/nodes");
      return all.every(({ metadata }) => metadata.annotations?.["topolvm.io/capacity-generation"] !== undefined);
    },
    60_000 + 200 * Object.keys(nodes).length,
    500,
  );
  const service = await startService(plane);
  const controller = await startController(plane, "controller", service);
  parts.push(service, controller);
  await controller.ready();
  for (const name of ["csi-provisioner", "csi-resizer"] as const)
    parts.push(
      startSidecar(plane, name, {
        csiSocket: controller.csiSocket,
        kubeconfig: workspace.path("controller.kubeconfig"),
      }),
    );
  for (const which of schedulers) parts.push(await startScheduler(plane, service, { which, perSecond }));
  return {
    plane,
    service,
    controller,
    failures: async () => [...refusals(await controller.metrics()), ...misfits(await crowd.log())],
    stop: async () => {
      await Promise.all(parts.map((part) => part.stop("SIGKILL")));
      agent.destroy();
      await bare.stop();
    },
  };
}

function startNodes(plane: ControlPlane, nodes: CrowdTask["nodes"]): Program {
  const { workspace } = plane;
  const folder = workspace.path("lvmd");
  mkdirSync(folder);
  const kubeconfig = plane.kubeconfigFor("crowd", plane.adminToken);
  const task: CrowdTask = { kubeconfig, folder, nodes };
  return startProgram(workspace, "crowd", process.execPath, [
    main,
    workspace.write("crowd.json", JSON.stringify(task)),
  ]);
}

/** StorageClasses `ssd` and `hdd`, which wait for a pod, and `ssd-immediate`, which does not. */
async function createClasses({ api }: ControlPlane): Promise<void> {
  for (const [name, volumeBindingMode] of [
    ["ssd", "WaitForFirstConsumer"],
    ["hdd", "WaitForFirstConsumer"],
    ["ssd-immediate", "Immediate"],
  ] as const)
    await api.create("/apis/storage.k8s.io/v1/storageclasses", {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name },
      provisioner: "topolvm.io",
      parameters: { "topolvm.io/device-class": name.slice(0, 3) },
      volumeBindingMode,
      allowVolumeExpansion: true,
    });
}

function refusals(metrics: string): string[] {
  return metrics
    .split("\n")
    .filter((line) => line.startsWith("nativestor_csi_request_seconds_count{") && line.includes('"CreateVolume"'))
    .filter((line) => !line.includes('code="OK"'));
}

function misfits(log: string): string[] {
  // a growth may be tried where nobody has promised room to anybody: lvmd knows best
  const isMaking = (line: string) => line.includes('"action":"CreateVolume"') || line.includes('"action":"CopyVolume"');
  return log.split("\n").filter((line) => line.includes("could not change a volume") && isMaking(line));
}
