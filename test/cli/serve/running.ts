import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const quickstart = fileURLToPath(new URL("../../../examples/quickstart", import.meta.url));

/** The command `nativestor` as a process of its own, in a folder that goes with the test. */
export async function startNativestor(t: TestContext, makeArgs: (folder: string) => readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-cli-"));
  await cp(quickstart, join(folder, "cluster"), { recursive: true });
  const env = { PATH: process.env.PATH, TMPDIR: folder };
  const child = spawn(process.execPath, [main, ...makeArgs(folder)], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const closed = once(child, "close") as Promise<[code: number | null, signal: string | null]>;

  /** Resolves with all of standard output once it holds `pattern`; rejects when the process ends first. */
  async function printed(pattern: RegExp): Promise<string> {
    while (!pattern.test(out)) {
      const ended = await Promise.race([once(child.stdout, "data").then(() => false), closed.then(() => true)]);
      if (ended && !pattern.test(out)) throw new Error(`it ended without printing ${pattern}: ${out}${err}`);
    }
    return out;
  }

  return { child, folder, printed, ended: async () => ({ status: (await closed)[0], out, err }) };
}

/** As `npm start` starts it, but on any free port. */
export function startArgs(folder: string): readonly string[] {
  return `serve --listen 127.0.0.1:0 --walkthrough --manifests ${join(folder, "cluster")} --emulate`.split(" ");
}

/** Asks until the answer is the one wanted, and answers the last one. */
export async function askUntil<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean, limitMs = 5000): Promise<T> {
  const end = performance.now() + limitMs;
  let answer = await ask();
  while (!wanted(answer) && performance.now() < end) answer = await ask();
  return answer;
}
