import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "../../../scripts/bundle.ts";
import { deployAgents, startController } from "../../kube/harness/agents.ts";
import { type ControlPlane, startControlPlane } from "../../kube/harness/control-plane.ts";
import { startScheduler } from "../../kube/harness/scheduler.ts";
import { type Service, startService } from "../../kube/harness/service.ts";
import { until } from "../../kube/harness/until.ts";
import type { Workspace } from "../../kube/harness/workspace.ts";
import { registerWebhooks } from "../../kube/harness/webhooks.ts";
import { keep, type Kept } from "./keep-running.ts";
import { hostAddress, makeNetwork, placeOf } from "./network.ts";
import { type Node, startNode } from "./node.ts";
import type { Groups } from "./node-files.ts";
import { keepSidecars, startSnapshots } from "./sidecars.ts";
import { createSnapshotClass, createStorageClasses } from "./storage-classes.ts";

/** A whole cluster with real nodes, in which everything of ours runs as it is deployed. */
export interface RealCluster extends ControlPlane {
  readonly service: Service;
  /** Ends the controller the hard way; it is started again half a second later. */
  killController(): Promise<void>;
  readonly nodes: readonly [Node, Node];
  node(name: string): Node;
}

/** Volume groups of the two nodes, in GiB. What is placed by `hdd` is left to the tests of placement. */
const groups: readonly [Groups, Groups] = [
  { ssd: 20, hdd: 18, thin: 8 },
  { ssd: 20, hdd: 4, thin: 8 },
];

/** Boots it, in about a minute on two processors. Everything ends with the process, in any case. */
export async function startRealCluster(): Promise<RealCluster> {
  const places = [placeOf(1), placeOf(2)] as const;
  makeNetwork(places);
  const plane = await startControlPlane("e2e", { address: hostAddress });
  makeDiskFolder(plane.workspace);
  const dist = plane.workspace.path("dist");
  await Promise.all([bundle(dist), deployAgents(plane), createStorageClasses(plane)]);
  const program = join(dist, "nativestor.js");
  const start = (index: 0 | 1) =>
    startNode({ plane, name: `n${index + 1}`, place: places[index], groups: groups[index], program });
  const [n1, n2, { service, controller, programs }] = await Promise.all([start(0), start(1), startBeside(plane)]);
  const nodes = [n1, n2] as const;
  await registerWebhooks(plane, service, "ssd");
  return {
    ...plane,
    service,
    killController: () => controller.kill(),
    nodes,
    node: (name) => {
      const found = nodes.find((node) => node.name === name);
      if (found === undefined) throw new Error(`there is no node ${name}`);
      return found;
    },
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await Promise.all([service, controller, ...programs].map((program) => program.stop()));
      await plane.stop();
    },
  };
}

/** Disks in memory: a guest waits for each write to get through, and a disk of this machine makes that long. */
function makeDiskFolder(workspace: Workspace): void {
  const folder = workspace.path("disks");
  mkdirSync(folder);
  // it lives in the mount namespace of this process, and so no longer than it
  execFileSync("mount", ["-t", "tmpfs", "disks", folder]);
  workspace.onExit(() => execFileSync("umount", ["--lazy", folder]));
}

interface Beside {
  readonly service: Service;
  readonly controller: Kept;
  readonly programs: readonly { stop(): Promise<unknown> }[];
}

/** What runs beside the nodes: our service and controller, and Kubernetes' own programs. */
async function startBeside(plane: ControlPlane): Promise<Beside> {
  const service = await startService(plane);
  const scheduler = await startScheduler(plane, service);
  const snapshots = await startSnapshots(plane);
  await until("snapshots are served", () => createSnapshotClass(plane));
  const controller = await startController(plane);
  await controller.ready();
  return {
    service,
    controller: keep(controller),
    programs: [scheduler, snapshots, ...keepSidecars(plane, controller)],
  };
}
