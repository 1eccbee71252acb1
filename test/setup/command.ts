import { spawnSync } from "node:child_process";

/** Runs a command with its output shown; throws where it cannot be started or fails. */
export function runShown(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): void {
  const done = spawnSync(command, args, { ...options, stdio: ["ignore", "inherit", "inherit"] });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0)
    throw new Error(`${command} ${args[0] ?? ""} ended with ${done.signal ?? `status ${done.status}`}`);
}

/** A command of this name is on the PATH. */
export function hasCommand(name: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" }).status === 0;
}
