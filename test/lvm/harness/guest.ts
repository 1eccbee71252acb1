import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, rmSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";

/** What one command in the guest printed, and its exit status. */
export interface GuestResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A User-Mode Linux kernel with real device-mapper, running on the host's own files (read-only, with an overlay). */
export interface Guest {
  /** Folder that host and guest share, at the same path. */
  readonly shared: string;
  /** Runs a shell script as root in the guest. Several may run at once. */
  run(script: string): Promise<GuestResult>;
  /** Ends the kernel in order and boots it again over the same disks; what was not on disks is gone. */
  reboot(): Promise<void>;
  /** Cuts the power: what the guest had not written is lost. Then boots again over the same disks. */
  cutPower(): Promise<void>;
  /** What the kernel and the guest's services printed so far. */
  console(): Promise<string>;
  /** Ends the guest and removes all its files. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface GuestOptions {
  /** Sizes of the disks in bytes: /dev/ubdb, /dev/ubdc, … Files with holes: only what is written takes room. */
  readonly diskBytes: readonly number[];
  /** As the kernel's `mem=`. */
  readonly memory?: string;
  /** systemd is the first process, instead of the agent alone. */
  readonly systemd?: boolean;
  /** Further arguments of the kernel, such as network devices. */
  readonly kernelArguments?: readonly string[];
  /** Folder to share, which then belongs to the caller; a temporary one by default. */
  readonly folder?: string;
  /** Folder for the files of the disks, which goes with the guest; one in the shared folder by default. */
  readonly diskFolder?: string;
}

const bootLimitMs = 60_000;
const haltLimitMs = 20_000;
const scripts = ["init.sh", "agent.sh", "systemd.sh"] as const;

/** Boots a guest. The caller ends it with `await using`. */
export async function bootGuest(options: GuestOptions): Promise<Guest> {
  const shared = options.folder ?? (await mkdtemp(join(tmpdir(), "nativestor-guest-")));
  const { diskFolder = join(shared, "disks") } = options;
  const leftovers = options.folder === undefined ? [shared, diskFolder] : [diskFolder];
  await mkdir(diskFolder, { recursive: true });
  for (const script of scripts) await copyFile(join(import.meta.dirname, script), join(shared, script));
  await chmod(join(shared, "init.sh"), 0o755);
  const disks = options.diskBytes.map((_, index) => join(diskFolder, `${index + 1}`));
  for (const [index, path] of disks.entries()) {
    await writeFile(path, "");
    await truncate(path, options.diskBytes[index]);
  }
  const { memory = "768M", systemd = false, kernelArguments = [] } = options;
  const first = systemd ? ["guestinit=systemd"] : [];
  const start = () => startKernel(shared, leftovers, disks, [`mem=${memory}`, ...first, ...kernelArguments]);
  let kernel = await start().catch(async (error: unknown) => {
    removeAll(leftovers);
    throw error;
  });
  let commands = 0;
  return {
    shared,
    run: (script) => kernel.run(`c${++commands}`, script),
    reboot: async () => {
      await kernel.halt();
      kernel = await start();
    },
    cutPower: async () => {
      await kernel.kill();
      kernel = await start();
    },
    console: () => readFile(join(shared, "console"), "utf8"),
    [Symbol.asyncDispose]: async () => {
      await kernel.kill();
      removeAll(leftovers);
    },
  };
}

interface Kernel {
  run(id: string, script: string): Promise<GuestResult>;
  halt(): Promise<void>;
  kill(): Promise<void>;
}

/** @param leftovers removed when this process ends before the guest was ended */
async function startKernel(
  shared: string,
  leftovers: readonly string[],
  disks: readonly string[],
  kernelArguments: readonly string[],
): Promise<Kernel> {
  const child = spawn(
    "linux.uml",
    [
      ...kernelArguments,
      "root=/dev/root",
      "rootfstype=hostfs",
      "rootflags=/",
      "ro",
      `init=${shared}/init.sh`,
      `guestdir=${shared}`,
      ...disks.map((path, index) => `ubd${index + 1}=${path}`),
      "con=null",
      "con0=fd:0,fd:1",
      "ssl0=fd:3",
      "quiet",
    ],
    // a group of its own: the kernel's processes are its children, and all of them have to end with it
    { stdio: ["ignore", "pipe", "pipe", "pipe"], detached: true },
  );
  const killGroup = () => killProcessGroup(child);
  const release = endWithProcess(() => {
    killGroup();
    removeAll(leftovers);
  });
  const exited = once(child, "exit").finally(release);
  exited.catch(() => {}); // a kernel that cannot be started rejects below
  const log = createWriteStream(join(shared, "console"), { flags: "a" });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const line = child.stdio[3] as Duplex;
  line.on("error", () => {}); // the other end is gone: `exited` tells
  const waiting = new Map<string, () => void>();
  const answered = (answer: string) => new Promise<void>((resolve) => waiting.set(answer, resolve));
  const ready = answered("ready");
  createInterface({ input: line }).on("line", (text) => {
    waiting.get(text.trim())?.();
    waiting.delete(text.trim());
  });
  const kill = async () => {
    killGroup();
    await exited;
    log.end();
  };
  const ended = exited.then(() => Promise.reject(new Error(`the guest ended; see its console in ${shared}/console`)));
  ended.catch(() => {});
  try {
    await withLimit(Promise.race([ready, ended]), bootLimitMs, "the guest did not boot");
  } catch (error) {
    await kill().catch(() => {});
    throw new Error(`${String(error)}\n${await readFile(join(shared, "console"), "utf8")}`, { cause: error });
  }
  return {
    run: async (id, script) => {
      await writeFile(join(shared, `${id}.sh`), script);
      const done = answered(`done ${id}`);
      line.write(`${id}\n`);
      await Promise.race([done, ended]);
      return readResult(shared, id);
    },
    halt: async () => {
      line.write("halt\n");
      await withLimit(exited, haltLimitMs, "the guest did not halt").catch(kill);
      log.end();
    },
    kill,
  };
}

async function readResult(shared: string, id: string): Promise<GuestResult> {
  const read = (what: string) => readFile(join(shared, `${id}.${what}`), "utf8");
  const [status, stdout, stderr] = await Promise.all([read("status"), read("out"), read("err")]);
  return { status: Number(status), stdout, stderr };
}

function removeAll(folders: readonly string[]): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** Calls `end` when this process exits or is told to; the answer forgets it. */
function endWithProcess(end: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals) => {
    end();
    release();
    process.kill(process.pid, signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const release = () => {
    process.off("exit", end);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.once("exit", end);
  for (const signal of signals) process.once(signal, onSignal);
  return release;
}

function killProcessGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // ended by itself
  }
}

function withLimit<T>(promise: Promise<T>, limitMs: number, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} within ${limitMs / 1000} s`)), limitMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Path of the checkout, the same inside the guest. */
export const checkout = fileURLToPath(new URL("../../..", import.meta.url));
