import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { chunkBytes, type ChunkMemory } from "./chunk-memory.ts";
import { encode } from "./encode.ts";
import type { Pieces } from "./filter-answer.ts";

/** Sends JSON that comes in pieces; a large one goes out chunk by chunk, as fast as the other side takes it. */
export function sendPieces(reply: FastifyReply, pieces: Pieces, memory: ChunkMemory): FastifyReply {
  reply.header("content-type", "application/json; charset=utf-8");
  const texts = pieces.filter((piece) => typeof piece === "string");
  return texts.length === pieces.length ? sendTexts(reply, texts, memory) : sendBytes(reply, pieces.map(bytesOf));
}

function sendTexts(reply: FastifyReply, texts: readonly string[], memory: ChunkMemory): FastifyReply {
  const { taken, chunks } = encode(texts, memory);
  // only then has all been handed on; where the other side hangs up, what was taken is left to the garbage collection
  reply.raw.once("finish", () => memory.giveBack(taken));
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? reply.send(only) : sendChunks(reply, chunks, lengthOf(chunks));
}

function sendBytes(reply: FastifyReply, pieces: readonly Uint8Array[]): FastifyReply {
  const length = lengthOf(pieces);
  if (length <= chunkBytes) return reply.send(Buffer.concat(pieces, length));
  return sendChunks(reply, chunksOf(pieces), length);
}

function sendChunks(reply: FastifyReply, chunks: Iterable<Uint8Array>, length: number): FastifyReply {
  reply.header("content-length", length);
  return reply.send(Readable.from(chunks, { objectMode: false, highWaterMark: chunkBytes }));
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
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

function bytesOf(piece: string | Uint8Array): Uint8Array {
  return typeof piece === "string" ? Buffer.from(piece) : piece;
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, length);
}
