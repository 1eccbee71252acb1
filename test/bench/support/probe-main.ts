// A thread that sends a request at a fixed rate until it is told to stop, beside what the main thread of a bench does.
import { parentPort, workerData } from "node:worker_threads";
import { connect, type Endpoint } from "./connection.ts";
import { atRate } from "./load.ts";

/** What a probe sends, and where. */
export interface ProbeTask {
  readonly endpoint: Endpoint;
  readonly request: Uint8Array;
  readonly perSecond: number;
}

const { endpoint, request, perSecond } = workerData as ProbeTask;
let isOver = false;
parentPort?.on("message", () => {
  isOver = true;
});
const connections = await Promise.all(Array.from({ length: 8 }, () => connect(endpoint)));
parentPort?.postMessage("ready", []);
const samples = await atRate(connections, Buffer.from(request), { perSecond, isOver: () => isOver });
for (const connection of connections) connection.close();
parentPort?.postMessage(samples, []);
parentPort?.close();
