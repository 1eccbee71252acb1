import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** What a run of kubectl came to. */
interface KubectlResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl with these arguments and, where given, this standard input. A failure is for the caller to look at. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<KubectlResult>;

/** kubectl with this kubeconfig. */
export function openKubectl(program: string, kubeconfig: string): Kubectl {
  return async (args, input = "") => {
    const child = spawn(program, ["--kubeconfig", kubeconfig, ...args], { stdio: ["pipe", "pipe", "pipe"] });
    const exit = new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code));
    });
    child.stdin.end(input);
    const [status, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
    return { status, stdout, stderr };
  };
}
