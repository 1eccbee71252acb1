import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { programPath } from "../../kube/harness/control-plane.ts";
import type { Workspace } from "../../kube/harness/workspace.ts";

/** Types a command line and answers what it printed. Rejects where it ends with another status than 0. */
export type Shell = (command: string) => Promise<string>;

/** The commands of a page, line by line: what stands in its blocks of the language `sh`. */
export function commandsIn(page: string): string[] {
  return [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = ""]) => block.trim().split("\n"));
}

/**
 * A shell as an administrator of the cluster has it, in the folder where a page's commands are typed.
 * @param programs folder with programs that are found before all others
 */
export function openShell(workspace: Workspace, folder: string, programs = ""): Shell {
  const env = {
    PATH: [programs, dirname(programPath("kubectl")), process.env["PATH"]].filter(Boolean).join(":"),
    // kubectl and helm keep caches there
    HOME: workspace.folder,
    KUBECONFIG: workspace.path("admin.kubeconfig"),
  };
  return async (command) => (await promisify(execFile)("sh", ["-c", command], { cwd: folder, env })).stdout;
}
