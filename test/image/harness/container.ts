import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { BuiltImage } from "./build.ts";

/** How a container is run: by default as the image says, with nothing that it may write to. */
export interface ContainerOptions {
  readonly user?: number;
  /** Folders of the host by where they are seen, read-only. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Folders in memory that it may write to. */
  readonly writable?: readonly string[];
}

/** A container that runs. */
export interface Container {
  readonly ended: Promise<{ readonly status: number | null; readonly output: string }>;
  stop(): Promise<{ readonly status: number | null; readonly output: string }>;
}

/**
 * Starts a container of the image by runc, on this machine's network: read-only root, no capabilities, no way to gain any.
 * `args` are the whole command.
 */
export function startContainer(image: BuiltImage, args: readonly string[], options: ContainerOptions = {}): Container {
  const name = `nativestor-${randomBytes(4).toString("hex")}`;
  const bundle = join(image.scratch, name);
  mkdirSync(bundle);
  writeFileSync(join(bundle, "config.json"), JSON.stringify(specOf(image, args, options)));
  const state = join(image.scratch, "runc");
  const child = spawn("runc", ["--root", state, "run", "--bundle", bundle, name], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = outcomeOf(child);
  return {
    ended,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/** Runs a command to its end. */
export function runInImage(image: BuiltImage, args: readonly string[], options?: ContainerOptions): Container["ended"] {
  return startContainer(image, args, options).ended;
}

async function outcomeOf(child: ChildProcessByStdio<null, Readable, Readable>): Container["ended"] {
  const status = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, output: out + err };
}

// https://github.com/opencontainers/runtime-spec/blob/main/config.md
function specOf({ root, config }: BuiltImage, args: readonly string[], options: ContainerOptions): object {
  const { user = Number(config.User.split(":")[0]), folders = {}, writable = [] } = options;
  const binds = Object.entries(folders).map(([destination, source]) => ({
    destination,
    source,
    type: "bind",
    options: ["bind", "ro", "nosuid", "nodev"],
  }));
  const inMemory = writable.map((destination) => ({
    destination,
    source: "tmpfs",
    type: "tmpfs",
    options: ["nosuid", "nodev", `uid=${user}`, "mode=700"],
  }));
  return {
    ociVersion: "1.0.2",
    process: {
      user: { uid: user, gid: user },
      args,
      env: config.Env,
      cwd: "/",
      capabilities: {},
      noNewPrivileges: true,
    },
    root: { path: root, readonly: true },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755"] },
      ...binds,
      ...inMemory,
    ],
    linux: { namespaces: ["mount", "pid", "ipc", "uts"].map((type) => ({ type })) },
  };
}
