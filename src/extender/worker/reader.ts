import { Worker } from "node:worker_threads";
import type { Clock } from "../../base/clock.ts";
import { messageOf, NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import type { ExtenderArgs } from "../args/args.ts";
import { workerFile } from "./file.ts";
import type { Done, Job } from "./messages.ts";

/** A request that was read, with its body. */
export interface ReadRequest {
  readonly args: ExtenderArgs;
  readonly body: Buffer;
}

/** Reads large bodies in a thread of its own. */
export interface Reader {
  /**
   * Reads `body`, whose memory is given away.
   * @throws NativestorError what `decodeArgs` throws; `internal` when the thread died over it
   */
  read(body: Buffer<ArrayBuffer>): Promise<ReadRequest>;
  close(): Promise<void>;
}

/** Longest that one body may take; 5,000 nodes take about half a second. */
const deadlineMs = 10_000;

/** Bounds the thread's memory; beyond it the thread ends, its requests fail and the next one starts another. */
const resourceLimits = { maxOldGenerationSizeMb: 1024 };

interface Waiting {
  readonly resolve: (request: ReadRequest) => void;
  readonly reject: (error: NativestorError) => void;
  readonly stopTimer: () => void;
}

/** A reader whose thread starts with the first body: where the scheduler sends names only, there is none. */
export function createReader(options: { names: Names; clock: Clock; log: Logger; file?: URL }): Reader {
  const { names, clock, log, file = workerFile() } = options;
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;

  function settle(done: Done): void {
    const job = waiting.get(done.id);
    if (job === undefined) return;
    waiting.delete(done.id);
    job.stopTimer();
    if ("error" in done) job.reject(new NativestorError(done.error.code, done.error.message));
    else job.resolve({ args: done.args, body: Buffer.from(done.body) });
  }

  function failAll(reason: string): void {
    for (const job of waiting.values()) {
      job.stopTimer();
      job.reject(new NativestorError("internal", `the thread that reads large bodies ${reason}`));
    }
    waiting.clear();
  }

  function start(): Worker {
    const started = new Worker(file, { workerData: names, resourceLimits });
    started.unref();
    started.on("message", settle);
    started.on("error", (error) => log.error({ error: messageOf(error) }, "the thread that reads large bodies failed"));
    started.on("exit", () => {
      if (worker !== started) return;
      worker = undefined;
      failAll("ended");
    });
    return started;
  }

  return {
    read: (body) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        const current = worker;
        const id = (lastId += 1);
        const stopTimer = clock.after(deadlineMs, () => void current.terminate());
        waiting.set(id, { resolve, reject, stopTimer });
        const job: Job = { id, body: body.buffer, length: body.length };
        current.postMessage(job, [body.buffer]);
      }),
    close: async () => {
      const last = worker;
      worker = undefined;
      failAll("was stopped");
      await last?.terminate();
    },
  };
}
