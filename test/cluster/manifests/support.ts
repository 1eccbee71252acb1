import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import pino from "pino";
import type { Registry } from "prom-client";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { openManifestsView } from "../../../src/cluster/manifests/open.ts";

export interface FolderOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly registry?: Registry;
}

/** A view of a new folder that holds these files, with the lines that it logged. */
export async function openFolder({ files = {}, clock = systemClock, registry }: FolderOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-manifests-"));
  const write = async (file: string, text: string) => {
    await writeFile(join(folder, `.${file}.new`), text);
    await rename(join(folder, `.${file}.new`), join(folder, file));
  };
  for (const [file, text] of Object.entries(files)) await write(file, text);
  const logged: string[] = [];
  const sink = new Writable({
    write: (line: Buffer, _, done) => {
      logged.push((JSON.parse(String(line)) as { msg: string }).msg);
      done();
    },
  });
  const view = await openManifestsView({ folder, names: currentNames, clock, log: pino(sink), registry });
  const close = async () => {
    await view.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, view, write, logged, close };
}
