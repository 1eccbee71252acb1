import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createLvmdClient, type LvmdClient } from "../../../../src/lvmd/client.ts";

/** The daemon as users run it: a process of its own, started from the production bundle, asked over its socket. */
export interface BundledDaemon {
  readonly pid: number;
  readonly client: LvmdClient;
  /** Lines of its log that have the word in their message. */
  logged(word: string): number;
  isDead(): boolean;
  /** Sends the signal and resolves when it has ended. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Processes that it started and that still run. */
  children(): number[];
}

/** Where the bundle was put for it. */
const program = () => join(process.env["NATIVESTOR_BUNDLE"] ?? "", "nativestor.js");

/** What `lvmd --check` answers over a configuration file of this text, and its exit status. */
export function checkBundled(folder: string, config: string): { readonly status: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program(), "lvmd", "--check", "--config", writeConfig(folder, config)],
    { encoding: "utf8" },
  );
  return { status, out: stdout + stderr };
}

function writeConfig(folder: string, config: string): string {
  const path = join(folder, "lvmd.yaml");
  writeFileSync(path, `socket-name: ${folder}/lvmd.sock\nstate-folder: ${folder}/state\n${config}`);
  return path;
}

/** What the systemd unit puts into the environment. */
function ofUnit(): Record<string, string> {
  const unit = readFileSync(new URL("../../../../deploy/systemd/nativestor-lvmd.service", import.meta.url), "utf8");
  const [, words = ""] = /^Environment=(.*)$/m.exec(unit) ?? [];
  return Object.fromEntries(words.split(" ").map((word) => word.split(/=(.*)/s).slice(0, 2)));
}

/** How it is started. */
export interface StartOptions {
  /** Command before the program, which ends with an exec of what follows it. */
  readonly within?: readonly string[];
}

/** Starts it with a configuration file of this text, and waits until it listens. */
export async function startBundledDaemon(
  folder: string,
  config: string,
  options: StartOptions = {},
): Promise<BundledDaemon> {
  const daemon = await startAndPerhapsKill(folder, config, undefined, options);
  if (daemon === undefined) throw new Error("the daemon was killed while it started");
  return daemon;
}

/** As `startBundledDaemon`; it is killed after `killAfterMs`, in which case the answer is undefined where it was not up yet. */
export async function startAndPerhapsKill(
  folder: string,
  config: string,
  killAfterMs: number | undefined,
  { within = [] }: StartOptions = {},
): Promise<BundledDaemon | undefined> {
  const configPath = writeConfig(folder, config);
  const socketPath = join(folder, "lvmd.sock");
  const [command, ...args] = [...within, process.execPath, program(), "lvmd", "--config", configPath];
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...ofUnit() } });
  const ended = once(child, "exit");
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  child.once("exit", () => clearTimeout(timer));
  const lines: string[] = [];
  const listens = Promise.withResolvers<true>();
  createInterface({ input: child.stderr }).on("line", (line) => {
    lines.push(line);
    if (line.includes('"lvmd listens"')) listens.resolve(true);
  });
  if ((await Promise.race([listens.promise, ended])) !== true) {
    if (child.signalCode === "SIGKILL") return undefined;
    throw new Error(`the daemon did not start:\n${lines.join("\n")}`);
  }
  const client = createLvmdClient(socketPath);
  const pid = child.pid ?? 0;
  return {
    pid,
    client,
    logged: (word) => lines.filter((line) => (JSON.parse(line) as { msg: string }).msg.includes(word)).length,
    isDead: () => child.exitCode !== null || child.signalCode !== null,
    end: async (signal) => {
      child.kill(signal);
      await ended;
      client.close();
    },
    children: () => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  };
}
