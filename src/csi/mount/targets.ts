import { lstat, mkdir, open, realpath, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** What is at a path. */
export type TargetKind = "nothing" | "folder" | "file" | "block-device" | "symlink" | "other";

/** Paths that kubelet names. */
export interface Targets {
  /** The path as mountinfo has it: its folder's links followed, not its own; undefined where the folder is missing. */
  resolve(path: string): Promise<string | undefined>;
  kind(path: string): Promise<TargetKind>;
  /** With the folders above it. */
  makeFolder(path: string): Promise<void>;
  makeFile(path: string): Promise<void>;
  /** A folder has to be empty. */
  removeFolder(path: string): Promise<void>;
  removeFile(path: string): Promise<void>;
}

export const linuxTargets: Targets = {
  resolve: async (path) => {
    const folder = await realpath(dirname(path)).catch(absent);
    return folder === undefined ? undefined : join(folder, basename(path));
  },
  kind: async (path) => {
    const found = await lstat(path).catch(absent);
    if (found === undefined) return "nothing";
    if (found.isDirectory()) return "folder";
    if (found.isFile()) return "file";
    if (found.isBlockDevice()) return "block-device";
    return found.isSymbolicLink() ? "symlink" : "other";
  },
  makeFolder: async (path) => void (await mkdir(path, { recursive: true, mode: 0o750 })),
  makeFile: async (path) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o750 });
    const file = await open(path, "a", 0o600);
    await file.close();
  },
  removeFolder: (path) => rmdir(path),
  removeFile: (path) => rm(path, { force: true }),
};

function absent(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
}
