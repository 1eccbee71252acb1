import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";

/** A change that was begun: written before lvm runs, taken away when its outcome is known. */
export interface Intent {
  readonly id: string;
  readonly group: string;
  readonly volume: string;
  readonly kind: "create" | "resize";
}

/** Remembers over a crash what was begun. */
export interface Journal {
  begin(intent: Intent): Promise<void>;
  end(intent: Intent): Promise<void>;
  /** What a former process began and did not end. Files that cannot be read are told and left. */
  unfinished(): Promise<Intent[]>;
}

const suffix = ".intent.json";

/** One small file per change in `folder`, on the disk before `begin` resolves. One process at a time may use the folder. */
export function openJournal(folder: string, log: Logger): Journal {
  const pathOf = (intent: Intent) => join(folder, intent.id + suffix);
  return {
    begin: async (intent) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const draft = join(folder, `.${intent.id}.new`);
      const file = await open(draft, "w", 0o600);
      try {
        await file.writeFile(JSON.stringify(intent));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, pathOf(intent));
      await syncFolder(folder);
    },
    end: (intent) => rm(pathOf(intent), { force: true }),
    unfinished: async () => {
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return [];
        throw error;
      });
      const found: Intent[] = [];
      for (const name of names.filter((entry) => entry.endsWith(suffix)).sort()) {
        const intent = await readIntent(join(folder, name));
        if (typeof intent === "object") found.push(intent);
        else log.warn({ file: join(folder, name), reason: intent }, "an unfinished change cannot be read");
      }
      return found;
    },
  };
}

async function readIntent(path: string): Promise<Intent | string> {
  try {
    const value = JSON.parse(await readFile(path, "utf8")) as Partial<Record<keyof Intent, unknown>>;
    const { id, group, volume, kind } = value;
    if (typeof id !== "string" || !/^[0-9a-f]{16}$/.test(id)) return "id is wrong";
    if (typeof group !== "string" || typeof volume !== "string") return "group or volume is missing";
    return kind === "create" || kind === "resize" ? { id, group, volume, kind } : "kind is wrong";
  } catch (error) {
    return messageOf(error);
  }
}

// a name is on the disk only when its folder is
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
