import { KubeError } from "./errors.ts";

/** Longest line of a stream: etcd's limit for an object is 1.5 MB. */
const maxLineBytes = 16 * 1024 * 1024;
const newline = 0x0a;

/**
 * Splits a stream of bytes into lines. Bytes are joined before they are decoded, so that a chunk may end within a
 * character. Empty lines are left out, and so is a last one that has no end: it was cut off.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      parts.push(chunk.subarray(start, end));
      const line = Buffer.concat(parts).toString("utf8").trim();
      if (line !== "") yield line;
      parts = [];
      length = 0;
      start = end + 1;
    }
    if (start === chunk.length) continue;
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > maxLineBytes) throw new KubeError(undefined, `a line of a watch is longer than ${maxLineBytes} bytes`);
  }
}
