import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { silentLogger } from "../../src/base/log.ts";
import { watchEntries } from "../../src/lvmd/lvm/watch-entries.ts";
import { scratch } from "./serving.ts";

/** Names that are told, one by one. */
function names(t: TestContext, folder: string) {
  const waiting = new Map<string, () => void>();
  const told = new Set<string>();
  const end = watchEntries(
    folder,
    (name) => {
      told.add(name);
      waiting.get(name)?.();
    },
    silentLogger,
  );
  t.after(end);
  return {
    told,
    heard: (name: string) =>
      new Promise<void>((resolve) => (told.has(name) ? resolve() : waiting.set(name, () => resolve()))),
  };
}

/** Writes the file until it is heard of: nothing tells when a watch has begun. */
async function until(told: ReadonlySet<string>, name: string, write: () => Promise<unknown>): Promise<void> {
  while (!told.has(name)) {
    await write();
    await new Promise(setImmediate);
  }
}

test("what is written in a folder is told, hidden files are not", async (t) => {
  const folder = await scratch(t);
  const { told } = names(t, folder);
  await until(told, "vg", async () => {
    await writeFile(join(folder, ".vg"), "");
    await writeFile(join(folder, "vg"), "");
  });
  assert.ok(!told.has(".vg"));
});

test("a folder that comes later, with its parents, is waited for, and what is in it told", async (t) => {
  const folder = join(await scratch(t), "disk", "by-id");
  const { told, heard } = names(t, folder);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "a"), "");
  await heard("a");
  await until(told, "b", () => writeFile(join(folder, "b"), ""));
});

test("a folder that goes and comes again is watched again", async (t) => {
  const folder = join(await scratch(t), "by-id");
  await mkdir(folder);
  const { told, heard } = names(t, folder);
  await until(told, "a", () => writeFile(join(folder, "a"), ""));
  await rm(folder, { recursive: true });
  await mkdir(folder);
  await writeFile(join(folder, "b"), "");
  await heard("b");
});
