import { setTimeout as wait } from "node:timers/promises";
import type { Connection, Reply } from "./connection.ts";

/**
 * Sends `count` requests over one connection, each when the one before is answered, and begins again with the first where they
 * are fewer. Durations in milliseconds.
 */
export async function oneByOne(connection: Connection, requests: readonly Buffer[], count: number): Promise<number[]> {
  const samples: number[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    const request = requests[sent % requests.length]!;
    const start = performance.now();
    expectOk(await connection.exchange(request));
    samples.push(performance.now() - start);
  }
  return samples;
}

/** Keeps every connection busy for so long, and answers how many requests a second were answered. */
export async function asFastAsPossible(
  connections: readonly Connection[],
  request: Buffer,
  forMs: number,
): Promise<number> {
  const start = performance.now();
  let answered = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() - start < forMs) {
        expectOk(await connection.exchange(request));
        answered += 1;
      }
    }),
  );
  return (answered / (performance.now() - start)) * 1000;
}

/**
 * Sends at a fixed rate whether or not answers come, over connections of a pool. A request that finds none free waits for
 * one, and that time counts: what a slow server holds up is not left out.
 */
export async function atRate(
  connections: readonly Connection[],
  request: Buffer,
  { perSecond, isOver }: { perSecond: number; isOver: (sent: number) => boolean },
): Promise<number[]> {
  const pool = createPool(connections);
  const samples: number[] = [];
  const underWay: Promise<void>[] = [];
  const start = performance.now();

  async function send(): Promise<void> {
    const dueAt = performance.now();
    expectOk(await pool.exchange(request));
    samples.push(performance.now() - dueAt);
  }

  for (let sent = 0; !isOver(sent); sent += 1) {
    const early = start + (sent * 1000) / perSecond - performance.now();
    if (early > 0) await wait(early);
    const sending = send();
    // a failure is told at the end, by Promise.all
    sending.catch(() => undefined);
    underWay.push(sending);
  }
  await Promise.all(underWay);
  return samples;
}

function createPool(connections: readonly Connection[]) {
  const free = [...connections];
  const waiting: ((connection: Connection) => void)[] = [];
  const acquire = async () => free.shift() ?? new Promise<Connection>((resolve) => waiting.push(resolve));
  const release = (connection: Connection) => {
    const next = waiting.shift();
    if (next === undefined) free.push(connection);
    else next(connection);
  };
  return {
    exchange: async (request: Buffer): Promise<Reply> => {
      const connection = await acquire();
      const reply = await connection.exchange(request);
      release(connection);
      return reply;
    },
  };
}

function expectOk({ status, body }: Reply): void {
  if (status !== 200) throw new Error(`answered with ${status}: ${body().toString("utf8", 0, 300)}`);
}
