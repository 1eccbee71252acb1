/** The thread that reads large bodies, so that the main one stays free to answer others. */
import { parentPort, workerData } from "node:worker_threads";
import { NativestorError } from "../../base/errors.ts";
import type { Names } from "../../capacity/names.ts";
import { decodeArgs } from "../args/decode.ts";
import type { Done, Job } from "./messages.ts";

const names = workerData as Names;

parentPort?.on("message", (job: Job) => {
  const done = read(job);
  parentPort?.postMessage(done, "body" in done ? [done.body] : []);
});

function read({ id, body, length }: Job): Done {
  try {
    return { id, args: decodeArgs(Buffer.from(body, 0, length), names), body };
  } catch (error) {
    const { code, message } = NativestorError.from(error);
    return { id, error: { code, message } };
  }
}
