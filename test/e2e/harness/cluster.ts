import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { Agent } from "node:https";
import { join } from "node:path";
import { bundle } from "../../../scripts/bundle.ts";
import { deployAgents, startController } from "../../kube/harness/agents.ts";
import { type ControlPlane, startControlPlane } from "../../kube/harness/control-plane.ts";
import { startScheduler } from "../../kube/harness/scheduler.ts";
import { type Service, startService } from "../../kube/harness/service.ts";
import { until } from "../../kube/harness/until.ts";
import type { Workspace } from "../../kube/harness/workspace.ts";
import { registerWebhooks } from "../../kube/harness/webhooks.ts";
import { keepRole, type KeptRole } from "./keep-running.ts";
import { cutConnections, hostAddress, makeNetwork, placeOf } from "./network.ts";
import { type Node, startNode } from "./node.ts";
import type { Groups } from "./node-files.ts";
import { keepSidecars, startSnapshots } from "./sidecars.ts";
import { createSnapshotClass, createStorageClasses } from "./storage-classes.ts";

/** A whole cluster with real nodes, in which everything of ours runs as it is deployed. */
export interface RealCluster extends ControlPlane {
  readonly service: Service;
  /** Each with sidecars of its own, as the replicas of deploy/manifests/controller/deployment.yaml. */
  readonly controllers: readonly KeptRole[];
  readonly nodes: readonly Node[];
  node(name: string): Node;
  /** Resets every connection to the API server. */
  cutConnections(): void;
  /** Cuts the power of a node for good, and removes its object. */
  loseNode(name: string): Promise<void>;
}

/** Volume groups of the nodes, in GiB. What is placed by `hdd` is left to the tests of placement. */
const members: readonly { readonly groups: Groups; readonly hasOwnLvmd: boolean }[] = [
  { groups: { ssd: [20], hdd: [18], thin: [8], pair: [1, 1] }, hasOwnLvmd: false },
  { groups: { ssd: [20], hdd: [4], thin: [8] }, hasOwnLvmd: true },
  { groups: { ssd: [4], hdd: [4] }, hasOwnLvmd: false },
];

/** Boots it, in about a minute on two processors. Everything ends with the process, in any case. */
export async function startRealCluster(): Promise<RealCluster> {
  const places = members.map((_, index) => placeOf(index + 1));
  makeNetwork(places);
  const bare = await startControlPlane("e2e", { address: hostAddress });
  // what is asked for again and again is asked over connections that are kept: the guests want the processors
  const own = new Agent({ keepAlive: true, maxFreeSockets: 8 });
  const plane = { ...bare, api: bare.apiOver(own) };
  makeDiskFolder(plane.workspace);
  const dist = plane.workspace.path("dist");
  await Promise.all([bundle(dist), deployAgents(plane), createStorageClasses(plane)]);
  const program = join(dist, "nativestor.js");
  const starting = members.map((member, index) =>
    startNode({ ...member, plane, name: `n${index + 1}`, place: placeOf(index + 1), program }),
  );
  const [{ service, controllers, programs }, ...nodes] = await Promise.all([startBeside(plane), ...starting]);
  await registerWebhooks(plane, service, "ssd");
  const node = (name: string) => {
    const found = nodes.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no node ${name}`);
    return found;
  };
  return {
    ...plane,
    service,
    controllers,
    nodes,
    node,
    cutConnections: () => {
      cutConnections(plane.port);
      // the next request would be written to one of them
      own.destroy();
    },
    loseNode: async (name) => {
      const [lost] = nodes.splice(nodes.indexOf(node(name)), 1);
      await lost?.stop();
      await plane.api.remove(`/api/v1/nodes/${name}`);
    },
    stop: async () => {
      await Promise.all(nodes.map((one) => one.stop()));
      await Promise.all([service, ...controllers, ...programs].map((program) => program.stop()));
      await plane.stop();
    },
  };
}

/** Disks in memory: a guest waits for each write to get through, and a disk of this machine makes that long. */
export function makeDiskFolder(workspace: Workspace): void {
  const folder = workspace.path("disks");
  mkdirSync(folder);
  // it lives in the mount namespace of this process, and so no longer than it
  execFileSync("mount", ["-t", "tmpfs", "disks", folder]);
  workspace.onExit(() => execFileSync("umount", ["--lazy", folder]));
}

interface Beside {
  readonly service: Service;
  readonly controllers: readonly KeptRole[];
  readonly programs: readonly { stop(): Promise<unknown> }[];
}

/** What runs beside the nodes: our service and controller, and Kubernetes' own programs. */
async function startBeside(plane: ControlPlane): Promise<Beside> {
  const service = await startService(plane);
  const scheduler = await startScheduler(plane, service);
  const snapshots = await startSnapshots(plane);
  await until("snapshots are served", () => createSnapshotClass(plane));
  const replicas = ["controller-1", "controller-2"];
  const controllers = await Promise.all(replicas.map((replica) => startController(plane, replica, service)));
  await Promise.all(controllers.map((controller) => controller.ready()));
  const sidecars = controllers.flatMap((controller, index) => keepSidecars(plane, controller, replicas[index] ?? ""));
  return { service, controllers: controllers.map(keepRole), programs: [scheduler, snapshots, ...sidecars] };
}
