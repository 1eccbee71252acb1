import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { errorBody } from "./errors.ts";

const known: Record<string, { status: number; message: string }> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: "the request did not arrive in time" },
  HPE_HEADER_OVERFLOW: { status: 431, message: "the head of the request is too large" },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, message: "the chunk extensions are too large" },
};

/** Answers a connection on which no HTTP request could be read, and closes it. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // the other side is gone, or there never was a TLS connection to write on
  if (!socket.writable || error.code === "ECONNRESET" || error.code?.startsWith("ERR_SSL")) {
    socket.destroy();
    return;
  }
  const { status, message } = known[error.code ?? ""] ?? {
    status: 400,
    message: `no HTTP/1.1 request: ${error.message}`,
  };
  const body = JSON.stringify(errorBody(status, message));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}
