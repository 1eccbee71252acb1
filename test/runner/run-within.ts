import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { FileResult } from "./result.ts";
import type { Suite } from "./suites.ts";

const main = fileURLToPath(new URL("./within-main.ts", import.meta.url));

/** What a process that runs one file is told. */
export interface Order {
  readonly testFolder: string;
  readonly file: string;
  readonly suite: Pick<Suite, "name" | "testTimeoutMs" | "fileTimeoutMs">;
}

/**
 * Runs a file as `runFile` does, in a process that `command` starts. It ends with this process at the latest. One that
 * tells no result has failed.
 */
export async function runFileWithin(
  [command = "", ...args]: readonly string[],
  testFolder: string,
  file: string,
  suite: Suite,
): Promise<FileResult> {
  const started = performance.now();
  const order: Order = { testFolder, file, suite };
  const child = spawn(command, [...args, process.execPath, main, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const end = () => void child.kill("SIGKILL");
  process.once("exit", end);
  const exited = once(child, "exit").catch((error: unknown) => [String(error)]);
  const [answer, [status]] = await Promise.all([text(child.stdout), exited]);
  process.off("exit", end);
  try {
    return JSON.parse(answer) as FileResult;
  } catch {
    const detail = `${command} ended with ${String(status)} and told no result: ${answer}`;
    const durationMs = performance.now() - started;
    return { file, passed: 0, failures: [{ title: file, detail }], output: "", durationMs };
  }
}
