import type { Writer } from "./writer.ts";

/** A JSON answer in pieces: text that is written when it is sent, and bytes of the request. */
export type Pieces = readonly (Write | Uint8Array)[];
export type Write = (out: Writer) => void;

/** A part of a text that comes once for each node: its bytes stand ready. */
export function constant(text: string): Uint8Array {
  return Buffer.from(text);
}
