/**
 * Bytes that are encrypted and written at once: an answer about 5,000 names goes out in one piece, and other requests get their
 * turn within the half millisecond that it takes.
 */
export const chunkBytes = 512 << 10;

/** Chunks that are kept: the answers of a few requests. */
const mostKept = 8;

/**
 * Memory for answers, used again and again. Memory outside of V8's heap makes V8 collect all garbage for every 32 MB of it,
 * which is dear and would come with every thirtieth answer.
 */
export interface ChunkMemory {
  /** `chunkBytes` of whatever was there before. */
  take(): Buffer;
  /** Of chunks that nobody reads any more. */
  giveBack(chunks: readonly Buffer[]): void;
}

export function createChunkMemory(): ChunkMemory {
  const kept: Buffer[] = [];
  return {
    take: () => kept.pop() ?? Buffer.allocUnsafeSlow(chunkBytes),
    giveBack: (chunks) => kept.push(...chunks.slice(0, mostKept - kept.length)),
  };
}
