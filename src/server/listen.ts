import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf, NativestorError } from "../base/errors.ts";

/** Where a server listens; port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts to listen, and answers where.
 * @param flag how a person chooses another address, for the message
 * @throws NativestorError `failed-precondition` when the address cannot be had
 */
export async function listen(server: Server, { host, port }: ListenAddress, flag: string): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ host, port }, resolve);
  try {
    await promise;
  } catch (error) {
    throw new NativestorError(
      "failed-precondition",
      `${whyNot(error, host, port)}; choose another with ${flag} HOST:PORT`,
      { cause: error },
    );
  } finally {
    server.off("error", reject);
  }
  return server.address() as AddressInfo;
}

function whyNot(error: unknown, host: string, port: number): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return `port ${port} on ${host} is in use`;
    case "EACCES":
      return `port ${port} on ${host} may not be used by this user`;
    case "EADDRNOTAVAIL":
      return `${host} is no address of this machine`;
    default:
      return `cannot listen on ${host}, port ${port}: ${messageOf(error)}`;
  }
}
