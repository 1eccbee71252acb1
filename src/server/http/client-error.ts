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
  const answer = answerTo(error);
  if (answer === undefined || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, message } = answer;
  const body = JSON.stringify(errorBody(status, message));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.destroySoon();
}

// undefined where the other side is gone, or where there never was a TLS connection to write on
function answerTo({ code = "", message }: NodeJS.ErrnoException): { status: number; message: string } | undefined {
  if (known[code] !== undefined) return known[code];
  return code.startsWith("HPE_") ? { status: 400, message: `no HTTP/1.1 request: ${message}` } : undefined;
}
