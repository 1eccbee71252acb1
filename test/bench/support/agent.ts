import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePorts } from "../../kube/harness/ports.ts";

/** As the manifests have it. */
const environment = {
  NODE_OPTIONS: "--max-semi-space-size=1",
  MALLOC_ARENA_MAX: "1",
  MALLOC_TRIM_THRESHOLD_: "131072",
};

/** A role of the production bundle that is ready. */
export interface StartedAgent {
  readonly pid: number;
  readonly csiSocket: string;
  readonly stop: () => void;
}

export interface AgentOptions {
  /** Where the bundle is. */
  readonly dist: string;
  readonly role: "node" | "controller";
  readonly kubeconfig: string;
  /** For its sockets. */
  readonly folder: string;
  readonly args?: readonly string[];
}

/** Starts a role in the environment that the manifests give it. */
export async function startAgent(options: AgentOptions): Promise<StartedAgent> {
  const { dist, role, kubeconfig, folder, args = [] } = options;
  const [port = 0] = await freePorts(1);
  const csiSocket = join(folder, `${role}.sock`);
  const common = ["--kubeconfig", kubeconfig, "--csi-socket", csiSocket, "--metrics-listen", `127.0.0.1:${port}`];
  const program = [join(dist, "nativestor.js"), role, ...common, "--log-level=error", ...args];
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, program, { env, stdio: ["ignore", "ignore", "inherit"] });
  while (!(await isReady(child, port))) await wait(20);
  return { pid: child.pid ?? 0, csiSocket, stop: () => child.kill("SIGKILL") };
}

async function isReady(child: ChildProcess, port: number): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`it ended with status ${child.exitCode}`);
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
  } catch {
    return false;
  }
}
