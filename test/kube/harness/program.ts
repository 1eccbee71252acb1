import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Hopeless } from "./until.ts";
import type { Workspace } from "./workspace.ts";

/** A running program whose output goes to a log file. */
export interface Program {
  readonly name: string;
  /** Settles when it has ended, with its exit status (null after a signal). */
  readonly ended: Promise<number | null>;
  /** What it has printed so far. */
  log(): Promise<string>;
  /** Throws Hopeless, with the end of its log, when it is not running any more. */
  check(): Promise<void>;
  /** Sends it a signal that does not end it. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Asks it to end, waits until it has, and answers its exit status (null after a signal). */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** How long a program may take to end before it is killed. */
const graceMs = 15_000;

/** Starts a program whose log is NAME.log in the workspace, which ends it at the latest when the test process ends. */
export function startProgram(
  workspace: Workspace,
  name: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Program {
  const logFile = workspace.path(`${name}.log`);
  const output = openSync(logFile, "a");
  const child = spawn(command, args, {
    cwd: workspace.folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  // one that a failed test left behind must not keep this process from ending, which ends it
  child.unref();
  const ended = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.once("error", () => resolve(null));
  });
  workspace.onExit(() => killNow(child));
  const log = () => readFile(logFile, "utf8");
  return {
    name,
    ended,
    log,
    check: async () => {
      if (isRunning(child)) return;
      const tail = (await log()).slice(-4_000);
      throw new Hopeless(`${name} ended (${child.signalCode ?? `status ${child.exitCode}`}):\n${tail}`);
    },
    signal: (signal) => void child.kill(signal),
    stop: async (signal = "SIGTERM") => {
      if (!isRunning(child)) return child.exitCode;
      child.kill(signal);
      const late = setTimeout(() => child.kill("SIGKILL"), graceMs);
      const code = await ended;
      clearTimeout(late);
      return code;
    },
  };
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function killNow(child: ChildProcess): void {
  if (isRunning(child)) child.kill("SIGKILL");
}
