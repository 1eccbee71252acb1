import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { messageOf, NativestorError } from "../../base/errors.ts";
import type { Pool, StoredVolume } from "./group.ts";

/** What is remembered of a group. */
export interface Content {
  readonly volumes: ReadonlyMap<string, StoredVolume>;
  /** Pools that the daemon made or let grow; others are as the configuration has them. */
  readonly pools: ReadonlyMap<string, Pool>;
}

/** Where the volumes of each group are remembered. */
export interface GroupFiles {
  /** Nothing where there is no file yet. @throws NativestorError `failed-precondition` where the file is damaged */
  load(group: string): Promise<Content>;
  /** What was saved is there after a power cut. Not for one group twice at once. */
  save(group: string, content: Content): Promise<void>;
}

const nothing: Content = { volumes: new Map(), pools: new Map() };

const count = z.int().min(0);
const storedVolume = z.strictObject({
  name: z.string().min(1),
  pool: z.string().optional(),
  extents: count,
  takenExtents: count,
  tags: z.array(z.string()),
  minor: count,
  origin: z.string().optional(),
  hangs: z.boolean().optional(),
  readOnly: z.boolean(),
});
const storedPool = z.strictObject({
  name: z.string().min(1),
  extents: count,
  metadataExtents: count,
  takenExtents: count,
});
const content = z.strictObject({
  version: z.literal(1),
  volumes: z.array(storedVolume),
  pools: z.array(storedPool).default([]),
});

/** One JSON file per group in `folder`; without a folder they are remembered as long as the answer is kept. */
export function groupFiles(folder: string | undefined): GroupFiles {
  if (folder === undefined) return inMemory();
  const pathOf = (group: string) => join(folder, `${group}.json`);
  return {
    load: async (group) => {
      await mkdir(folder, { recursive: true });
      return parse(await textOf(pathOf(group)), pathOf(group));
    },
    save: async (group, { volumes, pools }) => {
      const own = [...pools].filter(([, { isGiven }]) => !isGiven);
      const named = own.map(([name, { extents, metadataExtents, takenExtents }]) => ({
        name,
        extents,
        metadataExtents,
        takenExtents,
      }));
      const text = `${JSON.stringify({ version: 1, volumes: [...volumes.values()], pools: named }, null, 1)}\n`;
      const draft = join(folder, `.${group}.json.new`);
      await writeDurably(draft, text);
      await rename(draft, pathOf(group));
      await syncFolder(folder);
    },
  };
}

function inMemory(): GroupFiles {
  const saved = new Map<string, Content>();
  return {
    load: async (group) => saved.get(group) ?? nothing,
    save: async (group, { volumes, pools }) => {
      saved.set(group, { volumes, pools: new Map([...pools].filter(([, { isGiven }]) => !isGiven)) });
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
function parse(text: string | undefined, path: string): Content {
  if (text === undefined) return nothing;
  try {
    const { volumes, pools } = content.parse(JSON.parse(text));
    return {
      volumes: new Map(volumes.map((volume) => [volume.name, volumeOf(volume)])),
      pools: new Map(pools.map(({ name, ...sizes }) => [name, { ...sizes, isGiven: false }])),
    };
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : messageOf(error);
    throw new NativestorError("failed-precondition", `${path} is damaged, repair it or take it away: ${reason}`, {
      cause: error,
    });
  }
}

// files of before there were copies have thick volumes with an origin that are all snapshots
function volumeOf({ pool, origin, hangs, ...rest }: z.infer<typeof storedVolume>): StoredVolume {
  return { ...rest, pool, origin, hangs: hangs ?? (pool === undefined && origin !== undefined) };
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
