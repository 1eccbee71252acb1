import { type FileHandle, open } from "node:fs/promises";
import type { Area } from "./blank.ts";

/** Reads the first bytes of a device, fewer where it is smaller. */
export function readHead(path: string, bytes: number): Promise<Buffer> {
  return reading(path, (file) => readAt(file, 0n, bytes));
}

/** True where every byte of the areas is zero. */
export function areZero(path: string, areas: readonly Area[]): Promise<boolean> {
  return reading(path, async (file) => {
    for (const { start, bytes } of areas) {
      if (!isZero(await readAt(file, start, Number(bytes)))) return false;
    }
    return true;
  });
}

async function reading<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, "r");
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, start: bigint, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await file.read(buffer, filled, bytes - filled, Number(start) + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function isZero(bytes: Buffer): boolean {
  return bytes.equals(Buffer.alloc(bytes.length));
}
