import type { ChunkMemory } from "./chunk-memory.ts";

/** A text as bytes, in chunks of taken memory. */
export interface Encoded {
  /** What was taken. */
  readonly taken: readonly Buffer[];
  /** What of it is the text. */
  readonly chunks: readonly Uint8Array[];
}

const encoder = new TextEncoder();

/** Writes texts one after the other as UTF-8. */
export function encode(texts: readonly string[], memory: Pick<ChunkMemory, "take">): Encoded {
  const taken: Buffer[] = [];
  const chunks: Uint8Array[] = [];
  let room: Buffer = Buffer.alloc(0);
  let used = 0;
  for (const text of texts) {
    let rest = text;
    while (rest !== "") {
      const { read, written } = encoder.encodeInto(rest, room.subarray(used));
      used += written;
      rest = rest.slice(read);
      if (rest === "") break;
      // too little is left for the next character
      if (used > 0) chunks.push(room.subarray(0, used));
      room = memory.take();
      taken.push(room);
      used = 0;
    }
  }
  if (used > 0) chunks.push(room.subarray(0, used));
  return { taken, chunks };
}
