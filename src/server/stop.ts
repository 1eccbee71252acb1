import type { Server } from "node:http";
import type { Clock } from "../base/clock.ts";

/** How a server ends, in milliseconds. */
export interface StopTimes {
  /** How long it goes on answering, for clients that have not heard yet. */
  readonly drainMs: number;
  /** After that: how long requests under way may take. */
  readonly deadlineMs: number;
}

export const defaultStopTimes: StopTimes = { drainMs: 3000, deadlineMs: 10_000 };

/** How often connections are looked at that have become idle. */
const idleCheckMs = 50;

/** Takes no more connections, closes those that are idle or become so, and after the deadline all. */
export async function closeServer(server: Server, clock: Clock, deadlineMs: number): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  let cancelCheck = (): void => {};
  const closeIdle = (): void => {
    server.closeIdleConnections();
    cancelCheck = clock.after(idleCheckMs, closeIdle);
  };
  server.close(() => resolve());
  closeIdle();
  const cancelDeadline = clock.after(deadlineMs, () => server.closeAllConnections());
  await promise;
  cancelCheck();
  cancelDeadline();
}

/** Resolves after `delayMs`. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.after(delayMs, resolve);
  return promise;
}
