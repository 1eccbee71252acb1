import { closeSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";

const blockBytes = 1 << 20;

/** Fills a device from `from` to `to` with what no other volume's text gives, and no other place of this one. */
export function fill(path: string, text: string, from: number, to: number): void {
  const file = openSync(path, "r+");
  for (let at = from; at < to; at += blockBytes)
    writeSync(file, blockOf(text, at), 0, Math.min(blockBytes, to - at), at);
  fsyncSync(file);
  closeSync(file);
}

/** First place of a device, up to `to`, that does not hold what `fill` wrote; undefined where all of it does. */
export function firstDifference(path: string, text: string, to: number): number | undefined {
  const file = openSync(path, "r");
  const seen = Buffer.alloc(blockBytes);
  try {
    for (let at = 0; at < to; at += blockBytes) {
      const length = Math.min(blockBytes, to - at);
      readSync(file, seen, 0, length, at);
      if (!seen.subarray(0, length).equals(blockOf(text, at).subarray(0, length))) return at;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

// each page says whose it is and where it lies
function blockOf(text: string, at: number): Buffer {
  const block = Buffer.alloc(blockBytes, `${text};`);
  for (let page = 0; page < blockBytes; page += 4096) block.write(`${text}@${at + page};`, page);
  return block;
}
