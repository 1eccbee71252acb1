import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";

/** How a process ended. */
export interface End {
  /** Undefined where it was killed, or could not be started. */
  readonly status: number | undefined;
  /** Why there is no status, for a person. */
  readonly reason: string;
}

/** What execa gives of a process that it starts. */
type Started = Promise<{ readonly exitCode?: number | undefined; readonly shortMessage?: string | undefined }> & {
  readonly nodeChildProcess: ChildProcess;
};

/** How long the pipes of a process that has ended are waited for. */
const pipesLimitMs = 2_000;

/**
 * Resolves when a process has ended and its output is read. What it started may hold its pipes open for as long as it
 * likes: then its own end has to do. Nothing is killed, and the pipes stay open, as whoever writes into a closed one dies of it.
 */
export function endOf(started: Started): Promise<End> {
  const complete = started.then(({ exitCode, shortMessage = "" }) => ({ status: exitCode, reason: shortMessage }));
  // one that cannot be started has no exit: the result tells
  return Promise.race([complete, exitOf(started.nodeChildProcess).catch(() => complete)]);
}

async function exitOf(child: ChildProcess): Promise<End> {
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  await setTimeout(pipesLimitMs, undefined, { ref: false });
  return { status: code ?? undefined, reason: signal === null ? "" : `it was killed by ${signal}` };
}
