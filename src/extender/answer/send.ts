import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { Pieces } from "./filter-answer.ts";

/** Bytes that are encrypted and written at once; small enough that other requests get their turn in between. */
const chunkBytes = 128 << 10;

/** Sends JSON that comes in pieces; a large one goes out chunk by chunk, as fast as the other side takes it. */
export function sendPieces(reply: FastifyReply, pieces: Pieces): FastifyReply {
  const buffers = pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece));
  const length = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  reply.header("content-type", "application/json; charset=utf-8");
  if (length <= chunkBytes) return reply.send(Buffer.concat(buffers, length));
  reply.header("content-length", length);
  return reply.send(Readable.from(chunksOf(buffers), { objectMode: false, highWaterMark: chunkBytes }));
}

/** The same bytes in chunks of a bounded size: small pieces are put together, large ones cut. */
export function* chunksOf(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  for (const piece of pieces) {
    for (let at = 0; at < piece.byteLength; ) {
      const part = piece.subarray(at, at + chunkBytes - waitingBytes);
      waiting.push(part);
      waitingBytes += part.byteLength;
      at += part.byteLength;
      if (waitingBytes < chunkBytes) continue;
      yield joined(waiting, waitingBytes);
      waiting = [];
      waitingBytes = 0;
    }
  }
  if (waitingBytes > 0) yield joined(waiting, waitingBytes);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, length);
}
