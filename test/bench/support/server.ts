import { type ChildProcess, fork } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClusterSize, usualSize } from "./cluster.ts";
import type { Endpoint } from "./connection.ts";
import type { Ask, ServerReport, ServerRole } from "./server-messages.ts";

/** A server in a process of its own, so that what sends the load is no part of what is measured. */
export interface ServerProcess {
  readonly endpoint: Endpoint;
  report(): Promise<ServerReport>;
  /** Makes the echo answer a path with these bytes. */
  answerWith(path: string, body: Buffer): Promise<void>;
  stop(): Promise<void>;
}

export async function startServerProcess(role: ServerRole, size: ClusterSize = usualSize): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-bench-"));
  // log lines cost what they cost; who reads them is not to take part
  const logFile = join(folder, "log");
  const child = fork(new URL("./server-main.ts", import.meta.url), [role, JSON.stringify(size)], {
    serialization: "advanced",
    stdio: ["ignore", "inherit", openSync(logFile, "a"), "ipc"],
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, TMPDIR: folder },
  });
  const why = () => readFileSync(logFile, "utf8").slice(-2000);
  const endpoint = (await nextMessage(child, why)) as Endpoint;

  async function ask(question: Ask): Promise<ServerReport> {
    const answered = nextMessage(child, why);
    child.send(question);
    return (await answered) as ServerReport;
  }
  return {
    endpoint,
    report: () => ask({ kind: "report" }),
    answerWith: async (path, body) => void (await ask({ kind: "answer", path, body })),
    stop: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function nextMessage(child: ChildProcess, why: () => string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`a server process ended: ${why()}`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message);
    });
  });
}
