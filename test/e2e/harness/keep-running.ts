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

/** A role of ours that is kept running. */
export interface KeptRole extends Kept {
  /** Stops its process where it is for so long: what it held meanwhile, others have. */
  freeze(forMs: number): Promise<void>;
}

/** Keeps a role of ours running, which has been started, until it is stopped. */
export function keepRole(role: AgentProcess): KeptRole {
  return {
    ...keep(role),
    freeze: async (forMs) => {
      role.signal("SIGSTOP");
      await wait(forMs);
      role.signal("SIGCONT");
    },
  };
}

function keep({ ended, start, stop }: Pick<AgentProcess, "ended" | "start" | "stop">): Kept {
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
