import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { messageOf, NativestorError } from "../../base/errors.ts";
import type { StoredVolume } from "./group.ts";

type Volumes = ReadonlyMap<string, StoredVolume>;

/** Where the volumes of each group are remembered. */
export interface GroupFiles {
  /** No volumes where there is no file yet. @throws NativestorError `failed-precondition` where the file is damaged */
  load(group: string): Promise<Volumes>;
  /** What was saved is there after a power cut. Not for one group twice at once. */
  save(group: string, volumes: Volumes): Promise<void>;
}

const count = z.int().min(0);
const storedVolume = z.strictObject({
  name: z.string().min(1),
  pool: z.string().optional(),
  extents: count,
  takenExtents: count,
  tags: z.array(z.string()),
  minor: count,
  origin: z.string().optional(),
  readOnly: z.boolean(),
});
const content = z.strictObject({ version: z.literal(1), volumes: z.array(storedVolume) });

/** One JSON file per group in `folder`; without a folder nothing is remembered. */
export function groupFiles(folder: string | undefined): GroupFiles {
  if (folder === undefined) return { load: async () => new Map(), save: async () => undefined };
  const pathOf = (group: string) => join(folder, `${group}.json`);
  return {
    load: async (group) => {
      await mkdir(folder, { recursive: true });
      return parse(await textOf(pathOf(group)), pathOf(group));
    },
    save: async (group, volumes) => {
      const text = `${JSON.stringify({ version: 1, volumes: [...volumes.values()] }, null, 1)}\n`;
      const draft = join(folder, `.${group}.json.new`);
      await writeDurably(draft, text);
      await rename(draft, pathOf(group));
      await syncFolder(folder);
    },
  };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new NativestorError("failed-precondition", `cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
}

// a file that cannot be understood stops the start: taken as empty, it would lose every volume
function parse(text: string | undefined, path: string): Volumes {
  if (text === undefined) return new Map();
  try {
    const volumes = content.parse(JSON.parse(text)).volumes;
    return new Map(volumes.map(({ pool, origin, ...rest }) => [rest.name, { ...rest, pool, origin }]));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : messageOf(error);
    throw new NativestorError("failed-precondition", `${path} is damaged, repair it or take it away: ${reason}`, {
      cause: error,
    });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
