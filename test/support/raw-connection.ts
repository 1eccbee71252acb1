import { once } from "node:events";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";

/** A TLS connection on which a test writes what it likes. */
export interface RawConnection {
  readonly socket: TLSSocket;
  /** Resolves with all that came, when the other side has closed. */
  readonly closed: Promise<string>;
}

export async function rawConnection(options: ConnectionOptions): Promise<RawConnection> {
  const socket = connect({ host: "127.0.0.1", ...options });
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  // a reset is one way to be closed
  socket.on("error", () => {});
  const closed = once(socket, "close").then(() => text);
  await once(socket, "secureConnect");
  return { socket, closed };
}
