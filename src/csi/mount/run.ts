import { execa } from "execa";
import { NativestorError } from "../../base/errors.ts";

/** What a command printed, and its exit status. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command. */
export type Run = (command: string, args: readonly string[]) => Promise<CommandResult>;

/** Only what the commands need, so that nothing of ours reaches them, and in the language that is parsed. */
const environment = { LC_ALL: "C", PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

/** Runs the programs of the system. */
export const runCommand: Run = async (command, args) => {
  // without a time limit: a mkfs or fsck that is killed half-way does harm, and the call's own deadline frees its caller
  const result = await execa(command, [...args], {
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });
  if (result.exitCode === undefined)
    throw new NativestorError("internal", `${command} did not run: ${result.originalMessage ?? result.signal ?? ""}`);
  return { status: result.exitCode, stdout: result.stdout, stderr: result.stderr };
};

/** As `run`, where only exit status 0 is right. @throws NativestorError `internal` with what the command printed */
export async function runWell(run: Run, command: string, args: readonly string[]): Promise<string> {
  const result = await run(command, args);
  if (result.status !== 0) throw commandError(command, result);
  return result.stdout;
}

/** Longest part of a command's output that a message repeats. */
const maxQuoted = 500;

/** What a command failed with. Its arguments stay out: they may be secret. */
export function commandError(command: string, { status, stdout, stderr }: CommandResult): NativestorError {
  const text = (stderr.trim() || stdout.trim()).replaceAll(/\s*\n\s*/g, "; ").slice(-maxQuoted);
  return new NativestorError("internal", `${command} failed with status ${status}: ${text}`);
}
