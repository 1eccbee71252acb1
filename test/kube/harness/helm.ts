import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { helmTools, toolFolder } from "../../setup/tools.ts";

/** Folder of the chart that we ship. */
export const chart = fileURLToPath(new URL("../../../deploy/charts/nativestor", import.meta.url));

/** Namespace that charts are rendered for. */
export const namespace = "nativestor-system";

/** What a run of helm came to. */
interface HelmResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The two generations of helm that are in use. */
export type Helm = "helm" | "helm3";

/** Runs helm. A failure is for the caller to look at. */
export function runHelm(program: Helm, args: readonly string[], input = ""): HelmResult {
  const done = spawnSync(join(toolFolder(helmTools), program), args, { encoding: "utf8", input });
  if (done.error !== undefined) throw done.error;
  return done;
}

/** As `runHelm`, while this process goes on: for what waits for something that is served here. */
export async function startHelm(program: Helm, args: readonly string[], input = ""): Promise<HelmResult> {
  const child = spawn(join(toolFolder(helmTools), program), args, { stdio: ["pipe", "pipe", "pipe"] });
  const exit = once(child, "exit") as Promise<[number | null]>;
  child.stdin.end(input);
  const [[status], stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
  return { status, stdout, stderr };
}

interface Rendering {
  readonly program?: Helm;
  readonly kubeVersion?: string;
  /** What the cluster serves beside what every cluster serves. */
  readonly apiVersions?: readonly string[];
}

/** Renders the chart with these values. @throws Error with what helm says where it refuses them */
export function renderChart(values: object, rendering: Rendering = {}): string {
  const { program = "helm", kubeVersion = "1.36.3", apiVersions = [] } = rendering;
  const args = ["template", "nativestor", chart, `--namespace=${namespace}`, `--kube-version=${kubeVersion}`];
  const served = apiVersions.map((one) => `--api-versions=${one}`);
  const { status, stdout, stderr } = runHelm(program, [...args, ...served, "--values=-"], JSON.stringify(values));
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
