import { type ClusterSize, usualSize } from "./cluster.ts";
import { connect, type Connection, postOf } from "./connection.ts";
import { type ServerProcess, startServerProcess } from "./server.ts";

/** The service and the echo, side by side; only one of them is busy at a time. */
export interface Pair {
  readonly service: ServerProcess;
  readonly echo: ServerProcess;
  stop(): Promise<void>;
}

export async function startPair(size: ClusterSize = usualSize): Promise<Pair> {
  const [service, echo] = await Promise.all([startServerProcess("service", size), startServerProcess("echo")]);
  return { service, echo, stop: async () => void (await Promise.all([service.stop(), echo.stop()])) };
}

/** Requests of one kind, and how many bytes one of them and its answer have. */
export interface Prepared {
  readonly requests: readonly Buffer[];
  readonly requestBytes: number;
  readonly answerBytes: number;
}

/**
 * Makes the echo answer with the very bytes that the service answers with.
 * @param bodies differ in order at most, so that their answers have the same size
 */
export async function prepare({ service, echo }: Pair, path: string, bodies: readonly string[]): Promise<Prepared> {
  const requests = bodies.map((body) => postOf(path, body));
  const [first] = requests;
  if (first === undefined) throw new Error("there is no request to prepare");
  const connection = await connect(service.endpoint);
  const { status, body } = await connection.exchange(first);
  connection.close();
  const answer = body();
  if (status !== 200) throw new Error(`${path} was answered with ${status}: ${answer.toString("utf8", 0, 300)}`);
  await echo.answerWith(path, answer);
  return { requests, requestBytes: Buffer.byteLength(bodies[0] ?? ""), answerBytes: answer.length };
}

export function connectAll({ endpoint }: ServerProcess, count: number): Promise<Connection[]> {
  return Promise.all(Array.from({ length: count }, () => connect(endpoint)));
}
