import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Remembers which volumes are being formatted, over a crash of ours and of the machine: what an interrupted mkfs left is
 * nobody's data. A mark is taken away before the volume is mounted for the first time.
 */
export interface Marks {
  set(volumeId: string): Promise<void>;
  has(volumeId: string): Promise<boolean>;
  clear(volumeId: string): Promise<void>;
}

/** Marks as empty files of a folder on the node's disk. */
export function createMarks(folder: string): Marks {
  const fileOf = (volumeId: string) => join(folder, volumeId);
  return {
    set: async (volumeId) => {
      await mkdir(folder, { recursive: true });
      await sync(fileOf(volumeId), "w");
      await sync(folder, "r");
    },
    has: async (volumeId) => {
      const file = await open(fileOf(volumeId)).catch(absent);
      await file?.close();
      return file !== undefined;
    },
    clear: async (volumeId) => {
      await rm(fileOf(volumeId), { force: true });
      await sync(folder, "r");
    },
  };
}

function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

async function sync(path: string, flags: "r" | "w"): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
