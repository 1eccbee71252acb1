import { basename, join } from "node:path";
import { csiTools, toolFolder } from "../../setup/tools.ts";
import type { AgentProcess } from "../../kube/harness/agents.ts";
import type { ControlPlane } from "../../kube/harness/control-plane.ts";
import { startProgram } from "../../kube/harness/program.ts";
import { type Sidecar, startSidecar } from "../../kube/harness/sidecars.ts";
import { keepRunning, type Kept } from "./keep-running.ts";

const names: readonly Sidecar[] = ["csi-provisioner", "csi-resizer", "csi-snapshotter"];

/** A guest's commands take twenty times as long as the host's, and fifteen volumes at once wait for each other. */
const timeout = "300s";

/** Starts all sidecars beside a controller, with its account, and keeps them running. */
export function keepSidecars(plane: ControlPlane, { csiSocket }: AgentProcess, replica: string): Kept[] {
  const kubeconfig = plane.workspace.path(`${replica}.kubeconfig`);
  return names.map((name) => keepRunning(() => startSidecar(plane, name, { csiSocket, kubeconfig, replica, timeout })));
}

/** Has the API server know snapshots, and starts the controller that a cluster has for them, as its administrator does. */
export async function startSnapshots(plane: ControlPlane): Promise<Kept> {
  for (const { path } of csiTools.files ?? []) {
    const file = join(toolFolder(csiTools), basename(path));
    const { status, stderr } = await plane.kubectl(["apply", "--server-side", "-f", file]);
    if (status !== 0) throw new Error(stderr);
  }
  const program = join(toolFolder(csiTools), "snapshot-controller");
  const flags = [`--kubeconfig=${plane.workspace.path("admin.kubeconfig")}`, "--leader-election=false"];
  return keepRunning(() => startProgram(plane.workspace, "snapshot-controller", program, flags));
}
