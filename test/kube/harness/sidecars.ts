import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { csiTools, toolFolder } from "../../setup/tools.ts";
import type { ControlPlane } from "./control-plane.ts";
import { type Program, startProgram } from "./program.ts";

/** What is looked at of deploy/manifests/controller/deployment.yaml. */
interface Deployment {
  readonly kind: string;
  readonly spec: { template: { spec: { containers: { name: string; args: string[] }[] } } };
}

/** A sidecar of Kubernetes that brings the cluster's wishes to a driver. */
export type Sidecar = "csi-provisioner" | "csi-resizer" | "csi-snapshotter";

interface Where {
  readonly csiSocket: string;
  /** That of the controller's service account. */
  readonly kubeconfig: string;
  /** Name of the pod that it would be in, where there are several: by the host's name they know who leads. Takes root. */
  readonly replica?: string;
  /** How long a call may take, where that is more than is deployed. */
  readonly timeout?: string;
}

/**
 * Starts a real sidecar at a CSI socket, with the arguments of deploy/manifests/controller/deployment.yaml, in which only the socket is
 * exchanged; and with no pod around them there is nobody to own what csi-provisioner publishes.
 */
export function startSidecar(
  plane: ControlPlane,
  name: Sidecar,
  { csiSocket, kubeconfig, replica, timeout }: Where,
): Program {
  const source = readFileSync(new URL("../../../deploy/manifests/controller/deployment.yaml", import.meta.url), "utf8");
  const deployment = parseAllDocuments(source)
    .map((document) => document.toJS() as Deployment)
    .find(({ kind }) => kind === "Deployment");
  const container = deployment?.spec.template.spec.containers.find((one) => one.name === name);
  if (container === undefined) throw new Error(`the Deployment has no container ${name}`);
  const args = container.args.map((arg) =>
    arg
      .replace(/^--csi-address=.*/, `--csi-address=${csiSocket}`)
      .replace(/^--timeout=.*/, (deployed) => (timeout === undefined ? deployed : `--timeout=${timeout}`))
      .replace(/^--capacity-ownerref-level=.*/, "--capacity-ownerref-level=-1"),
  );
  const env = { ...process.env, NAMESPACE: "nativestor-system", POD_NAME: replica ?? "controller" };
  const program = join(toolFolder(csiTools), name);
  const all = [...args, `--kubeconfig=${kubeconfig}`];
  if (replica === undefined) return startProgram(plane.workspace, name, program, all, env);
  const named = ["--uts", "sh", "-c", 'hostname "$0" && exec "$@"', replica, program, ...all];
  return startProgram(plane.workspace, `${replica}-${name}`, "unshare", named, env);
}
