import type { Clock } from "./clock.ts";

/** What of a gRPC server ends it. */
interface Stoppable {
  /** Resolves when calls and connections have ended. */
  shutdown(): Promise<void>;
  /** Cuts off calls and connections. */
  forceShutdown(): void;
}

/**
 * Has a gRPC server take no more calls, lets those under way end within their grace, and cuts off what is left. Peers are
 * not waited for beyond that: an HTTP/2 connection that is to be closed stays open until the other end takes note,
 * which a client that is stopped, or busy, does not.
 */
export async function stopServer(server: Stoppable, graceMs: number, clock: Clock): Promise<void> {
  const { promise: cutOff, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(graceMs, () => {
    server.forceShutdown();
    resolve();
  });
  await Promise.race([server.shutdown(), cutOff]).finally(cancel);
}
