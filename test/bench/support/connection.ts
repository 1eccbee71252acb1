import { connect as connectTls, type TLSSocket } from "node:tls";

/** Where a server listens, and who vouches for it. */
export interface Endpoint {
  readonly port: number;
  readonly ca: string;
}

export interface Reply {
  readonly status: number;
  /** Puts the body together, which nobody pays for who does not ask. */
  readonly body: () => Buffer;
}

/**
 * A kept HTTPS connection that takes prepared requests one after the other. Does next to nothing with the answer, so that
 * little of what is measured is its own: it wants a Content-Length and ends at anything else.
 */
export interface Connection {
  /** Sends a request, and answers when the last byte of the reply is here. */
  exchange(request: Buffer): Promise<Reply>;
  close(): void;
}

/** A server that says nothing for so long will not say anything any more. */
const answerLimitMs = 30_000;

interface Exchange {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  chunks: Buffer[];
  received: number;
  /** Undefined until the head is complete. */
  head: { status: number; bodyAt: number; length: number } | undefined;
}

/** Bytes of a POST of JSON. */
export function postOf(path: string, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: localhost",
    "content-type: application/json",
    `content-length: ${bytes.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), bytes]);
}

/** Bytes of a GET. */
export function getOf(path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
}

export async function connect({ port, ca }: Endpoint): Promise<Connection> {
  const socket = connectTls({ host: "127.0.0.1", port, ca, servername: "localhost", ALPNProtocols: ["http/1.1"] });
  await opened(socket);
  socket.setNoDelay(true);
  let current: Exchange | undefined;

  function fail(error: Error): void {
    current?.reject(error);
    current = undefined;
  }
  socket.on("error", fail);
  socket.setTimeout(answerLimitMs, () => {
    if (current !== undefined) socket.destroy(new Error(`no answer within ${answerLimitMs} ms`));
  });
  socket.on("close", () => fail(new Error("the server closed the connection")));
  socket.on("data", (chunk: Buffer) => {
    if (current === undefined) return;
    try {
      take(current, chunk);
    } catch (error) {
      socket.destroy(error as Error);
      return;
    }
    const { head, received, chunks, resolve } = current;
    if (head === undefined || received < head.bodyAt + head.length) return;
    current = undefined;
    resolve({ status: head.status, body: () => Buffer.concat(chunks).subarray(head.bodyAt) });
  });
  return {
    exchange: (request) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error("the server has closed the connection"));
        current = { resolve, reject, chunks: [], received: 0, head: undefined };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

function opened(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      socket.off("error", reject);
      resolve();
    });
  });
}

function take(exchange: Exchange, chunk: Buffer): void {
  exchange.chunks.push(chunk);
  exchange.received += chunk.length;
  if (exchange.head !== undefined) return;
  const all = exchange.chunks.length === 1 ? chunk : Buffer.concat(exchange.chunks);
  const headEnd = all.indexOf("\r\n\r\n");
  if (headEnd === -1) return;
  const head = all.toString("latin1", 0, headEnd);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without Content-Length: ${head}`);
  exchange.head = { status: Number(head.slice(9, 12)), bodyAt: headEnd + 4, length: Number(length) };
}
