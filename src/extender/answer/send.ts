import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { chunkBytes, type ChunkMemory } from "./chunk-memory.ts";
import type { Pieces, Write } from "./pieces.ts";
import { createWriter, type Written } from "./writer.ts";

/** Sends JSON that comes in pieces; a large one goes out chunk by chunk, as fast as the other side takes it. */
export function sendPieces(reply: FastifyReply, pieces: Pieces, memory: ChunkMemory): FastifyReply {
  reply.header("content-type", "application/json; charset=utf-8");
  const written = pieces.map((piece) => (typeof piece === "function" ? writtenBy(piece, memory) : given(piece)));
  // only then has all been handed on; where the other side hangs up, what was taken is left to the garbage collection
  reply.raw.once("finish", () => memory.giveBack(written.flatMap(({ taken }) => taken)));
  const chunks = written.flatMap((one) => one.chunks);
  const length = lengthOf(chunks);
  if (length <= chunkBytes) return reply.send(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length));
  return sendChunks(reply, written.length === 1 ? chunks : chunksOf(chunks), length);
}

function writtenBy(write: Write, memory: ChunkMemory): Written {
  const out = createWriter(memory);
  write(out);
  return out.end();
}

function given(bytes: Uint8Array): Written {
  return { taken: [], chunks: [bytes] };
}

function sendChunks(reply: FastifyReply, chunks: Iterable<Uint8Array>, length: number): FastifyReply {
  reply.header("content-length", length);
  return reply.send(streamOf(chunks));
}

// not `Readable.from`: with it, what answers were made of is left until V8 collects all garbage, which takes 8 ms and more
// and would come with every hundredth answer or so
function streamOf(chunks: Iterable<Uint8Array>): Readable {
  const rest = Iterator.from(chunks);
  return new Readable({
    highWaterMark: chunkBytes,
    read() {
      this.push(rest.next().value ?? null);
    },
  });
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

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, length);
}
