import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Starts the command after it in namespaces of its own for the network, mounts and processes. They end with that command,
 * and with this process, and take every program in them along. Only root may make them.
 */
export const apart: readonly string[] = [
  "setpriv --pdeathsig KILL",
  "unshare --net --pid --mount --propagation unchanged --fork --kill-child",
  "sh",
]
  .flatMap((words) => words.split(" "))
  .concat(fileURLToPath(new URL("./apart.sh", import.meta.url)));

/** Why there are no such namespaces for this process; undefined where there are. */
export function notApart(): string | undefined {
  const [command = "", ...args] = apart;
  const { status, stderr, error } = spawnSync(command, [...args, "true"], { encoding: "utf8" });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}
