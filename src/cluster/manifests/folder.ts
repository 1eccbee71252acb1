import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import { type ManifestItem, readContent } from "./content.ts";
import { ManifestError } from "./error.ts";

/** What was last read of a file. */
interface FileState {
  /** Tells whether the file is another one since. */
  readonly mark: string;
  /** Last content that could be read. */
  readonly items: readonly ManifestItem[];
  /** Why the present content cannot be, as `FILE:LINE: REASON`. */
  readonly problem: string | undefined;
}

/** The manifests of a folder, file by file. */
export interface FolderReader {
  /**
   * Reads what changed; true when something did. A file that cannot be read keeps its last content.
   * @throws NativestorError `unavailable` when the folder itself cannot be read
   */
  scan(): Promise<boolean>;
  /** In the order of their names. */
  files(): Iterable<readonly [file: string, items: readonly ManifestItem[]]>;
  problems(): string[];
}

/** Looks at `*.yaml`, `*.yml` and `*.json` in the folder itself; what is in folders below, or hidden, is passed over. */
export function createFolderReader(folder: string, names: Names, log: Logger): FolderReader {
  let states = new Map<string, FileState>();

  async function refresh(file: string): Promise<FileState | undefined> {
    const before = states.get(file);
    const path = join(folder, file);
    try {
      const { mtimeMs, ctimeMs, size, ino } = await stat(path);
      const mark = [mtimeMs, ctimeMs, size, ino].join(" ");
      if (before?.mark === mark) return before;
      return read(path, file, mark, before);
    } catch (error) {
      if (isMissing(error)) return undefined; // it went between the listing and now
      return failed(path, before?.mark ?? "", before, new ManifestError(1, messageOf(error)));
    }
  }

  async function read(path: string, file: string, mark: string, before?: FileState): Promise<FileState> {
    const text = await readFile(path, "utf8");
    try {
      return { mark, items: readContent(file, text, names), problem: undefined };
    } catch (error) {
      return failed(path, mark, before, ManifestError.at(1, error));
    }
  }

  function failed(path: string, mark: string, before: FileState | undefined, error: ManifestError): FileState {
    const problem = `${path}:${error.line}: ${error.message}`;
    if (problem !== before?.problem) log.error(`${problem}; its last good content stays in force`);
    return { mark, items: before?.items ?? [], problem };
  }

  return {
    scan: async () => {
      const next = new Map<string, FileState>();
      for (const file of await listFolder(folder)) {
        const state = await refresh(file);
        if (state !== undefined) next.set(file, state);
      }
      const isChanged = next.size !== states.size || [...next].some(([file, state]) => states.get(file) !== state);
      states = next;
      return isChanged;
    },
    files: () => states.entries().map(([file, { items }]) => [file, items] as const),
    problems: () => [...states.values()].flatMap(({ problem }) => problem ?? []),
  };
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    const files = await readdir(folder);
    return files.filter((file) => /^[^.].*\.(ya?ml|json)$/.test(file)).sort();
  } catch (error) {
    throw new NativestorError("unavailable", `manifests folder ${folder}: ${messageOf(error)}`, { cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === "ENOENT";
}
