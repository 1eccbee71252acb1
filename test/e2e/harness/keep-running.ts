import { setTimeout as wait } from "node:timers/promises";
import type { AgentProcess } from "../../kube/harness/agents.ts";
import type { Program } from "../../kube/harness/program.ts";

/** A program that is started again whenever it ends, as the kubelet does. */
export interface Kept {
  kill(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

const pauseMs = 500;

/** Keeps a program running until it is stopped. Sidecars end when their driver does. */
export function keepRunning(start: () => Program): Kept {
  let program = start();
  return keep({
    ended: () => program.ended,
    start: async () => void (program = start()),
    stop: () => program.stop("SIGKILL"),
  });
}

/** Keeps a role of ours running, which has been started, until it is stopped. */
export function keep({ ended, start, stop }: Pick<AgentProcess, "ended" | "start" | "stop">): Kept {
  const stopping = new AbortController();
  const again = async () => {
    while (!stopping.signal.aborted) {
      await ended();
      await wait(pauseMs, undefined, { signal: stopping.signal });
      await start();
    }
  };
  const kept = again().catch((error: unknown) => {
    if (!stopping.signal.aborted) console.error("not started again:", error);
  });
  const kill = async () => void (await stop("SIGKILL"));
  return {
    kill,
    stop: async () => {
      stopping.abort();
      await kill();
      await kept;
    },
  };
}
