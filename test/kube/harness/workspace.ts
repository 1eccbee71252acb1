import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A temporary folder, and what has to be ended with the process whatever becomes of it. */
export interface Workspace {
  readonly folder: string;
  path(name: string): string;
  /** Writes a file that only its owner reads, and answers its path. */
  write(name: string, text: string): string;
  /** Calls `clean`, which must not wait for anything, when this process ends. */
  onExit(clean: () => void): void;
}

/**
 * A new workspace. It is removed when the process ends; of one that ends badly the logs stay, and their place is told.
 */
export function openWorkspace(purpose: string): Workspace {
  const folder = mkdtempSync(join(tmpdir(), `nativestor-${purpose}-`));
  const cleaners: (() => void)[] = [];
  const path = (name: string) => join(folder, name);
  // without a listener these end the process with no exit event
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
  process.once("exit", (code) => {
    for (const clean of cleaners) clean();
    if (code === 0) return rmSync(folder, { recursive: true, force: true });
    if (existsSync(path("etcd"))) rmSync(path("etcd"), { recursive: true, force: true });
    process.stderr.write(`logs are kept in ${folder}\n`);
  });
  return {
    folder,
    path,
    write: (name, text) => {
      writeFileSync(path(name), text, { mode: 0o600 });
      return path(name);
    },
    onExit: (clean) => void cleaners.push(clean),
  };
}
