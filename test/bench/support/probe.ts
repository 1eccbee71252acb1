import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ProbeTask } from "./probe-main.ts";

/** Asks now and then, meanwhile. */
export interface Probe {
  /** Stops it, and answers how long each answer took, in milliseconds. */
  stop(): Promise<number[]>;
}

export async function startProbe(task: ProbeTask): Promise<Probe> {
  const worker = new Worker(new URL("./probe-main.ts", import.meta.url), { workerData: task });
  await once(worker, "message");
  return {
    stop: async () => {
      const told = once(worker, "message");
      worker.postMessage("stop", []);
      const [samples] = (await told) as [number[]];
      await worker.terminate();
      return samples;
    },
  };
}
