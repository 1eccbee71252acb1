import type { ChunkMemory } from "./chunk-memory.ts";

/** Writes JSON text as UTF-8 into chunks of taken memory. Thousands of names go through it, so that none is made into a string first. */
export interface Writer {
  /** Any text. */
  text(text: string): void;
  /** A name of a node as JSON text. */
  quoted(name: string): void;
  /** Bytes that are part of a text, such as one that comes again and again. */
  bytes(bytes: Uint8Array): void;
  /** A few of these bytes. */
  part(bytes: Uint8Array, start: number, end: number): void;
  /** All that was written. Nothing may be written after it. */
  end(): Written;
}

export interface Written {
  /** What was taken. */
  readonly taken: readonly Buffer[];
  /** What of it is text. */
  readonly chunks: readonly Uint8Array[];
}

const encoder = new TextEncoder();
const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;
const lastOfAscii = 0x7f;

export function createWriter(memory: Pick<ChunkMemory, "take">): Writer {
  const taken: Buffer[] = [];
  const chunks: Uint8Array[] = [];
  let room: Buffer = Buffer.alloc(0);
  let used = 0;

  function next(): void {
    if (used > 0) chunks.push(room.subarray(0, used));
    room = memory.take();
    taken.push(room);
    used = 0;
  }

  function text(rest: string): void {
    while (rest !== "") {
      const { read, written } = encoder.encodeInto(rest, room.subarray(used));
      used += written;
      rest = rest.slice(read);
      // too little is left for the next character
      if (rest !== "") next();
    }
  }

  function all(bytes: Uint8Array): void {
    let from = 0;
    while (bytes.length - from > room.length - used) {
      const part = bytes.subarray(from, from + room.length - used);
      room.set(part, used);
      used += part.length;
      from += part.length;
      next();
    }
    room.set(from === 0 ? bytes : bytes.subarray(from), used);
    used += bytes.length - from;
  }

  return {
    text,
    quoted: (name) => {
      if (room.length - used < name.length + 2) return text(JSON.stringify(name));
      let at = used;
      room[at++] = quote;
      for (let nth = 0; nth < name.length; nth += 1) {
        const code = name.charCodeAt(nth);
        // what JSON or UTF-8 write in another way; what is there of the name already is written over
        if (code < space || code === quote || code === backslash || code > lastOfAscii)
          return text(JSON.stringify(name));
        room[at++] = code;
      }
      room[at++] = quote;
      used = at;
    },
    bytes: all,
    part: (bytes, start, end) => {
      if (end - start > room.length - used) return all(bytes.subarray(start, end));
      for (let at = start; at < end; at += 1) room[used++] = bytes[at] ?? 0;
    },
    end: () => {
      if (used > 0) chunks.push(room.subarray(0, used));
      return { taken, chunks };
    },
  };
}
