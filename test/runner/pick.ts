import { globSync } from "node:fs";
import { join } from "node:path";
import type { Suite } from "./suites.ts";

/** A suite and those of its files that were asked for. */
export interface Picked {
  readonly suite: Suite;
  /** Relative to the test folder, sorted. */
  readonly files: readonly string[];
}

/**
 * Sorts the test files into suites and keeps those that `words` name: a folder or file under test/, or a suite. No word
 * picks all. @throws Error where a word picks nothing, naming what there is
 */
export function pickFiles(testFolder: string, suites: readonly Suite[], words: readonly string[]): Picked[] {
  const files = globSync("**/*.test.ts", { cwd: testFolder, exclude: (path) => path === "tools" }).sort();
  const wanted = words.map((word) => word.replace(/^(\.\/)?test\//, "").replace(/\/$/, ""));
  const sorted = suites.map((suite) => ({ suite, files: files.filter((file) => suiteOf(file, suites) === suite) }));
  const unknown = wanted.find(
    (word) => !sorted.some(({ suite, files: own }) => own.some((file) => isPicked(file, suite, word))),
  );
  if (unknown !== undefined)
    throw new Error(`no tests under test/${unknown}; there are ${foldersOf(files).join(", ")}, and the suite unit`);
  if (wanted.length === 0) return sorted.filter(({ files: own }) => own.length > 0);
  return sorted
    .map(({ suite, files: own }) => ({
      suite,
      files: own.filter((file) => wanted.some((word) => isPicked(file, suite, word))),
    }))
    .filter(({ files: own }) => own.length > 0);
}

function isPicked(file: string, suite: Suite, word: string): boolean {
  return word === suite.name || file === word || file.startsWith(join(word, "/"));
}

function suiteOf(file: string, suites: readonly Suite[]): Suite | undefined {
  const folder = file.split("/")[0] ?? "";
  return suites.find((suite) => suite.folders?.includes(folder)) ?? suites.find((suite) => suite.folders === undefined);
}

function foldersOf(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => file.split("/")[0] ?? ""))];
}
