import assert from "node:assert/strict";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import pino from "pino";
import { Registry } from "prom-client";
import { loadConfig } from "../../src/lvmd/config/load.ts";
import type { LvmdConfig } from "../../src/lvmd/config/model.ts";
import { reloadOnChange } from "../../src/lvmd/reload.ts";
import { lvmdMetrics } from "../../src/lvmd/service/metrics.ts";
import { eventually } from "../support/eventually.ts";
import { turnedClock } from "../support/turned-clock.ts";
import { scratch } from "./serving.ts";

const fileOf = (name: string, more = "") => `device-classes: [{name: ${name}, volume-group: v}]\n${more}`;

/** Writes a file at once: the clock that is turned lets no time pass for a writer. */
async function put(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** Follows a file; `turn` lets time go by until the next look is over. */
async function following(test: TestContext, apply: (config: LvmdConfig) => Promise<void>, file?: string) {
  const folder = await scratch(test);
  const path = file === undefined ? join(folder, "lvmd.yaml") : join(folder, file);
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: "info" },
    { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const clock = turnedClock();
  const start = async () => {
    const metrics = lvmdMetrics(new Registry());
    test.after(reloadOnChange({ path, current: await loadConfig(path), apply, metrics, clock, log }));
    return metrics;
  };
  const said = (text: string) =>
    eventually(text, () => {
      clock.turn(30_000);
      return lines.some((line) => JSON.stringify(line).includes(text));
    });
  return { folder, path, lines, clock, start, said };
}

test("a changed file is taken into use", async (t) => {
  const taken: string[] = [];
  const { path, start, said } = await following(
    t,
    async (config) => void taken.push(config.deviceClasses[0]?.name ?? ""),
  );
  await put(path, fileOf("a"));
  await start();
  await put(path, fileOf("b"));
  await said("took over");
  assert.deepEqual(taken, ["b"]);
});

test("the swap of a mounted ConfigMap is taken into use", async (t) => {
  const taken: string[] = [];
  const { folder, path, start, said } = await following(
    t,
    async (config) => void taken.push(config.deviceClasses[0]?.name ?? ""),
  );
  for (const [version, name] of [
    ["..1", "a"],
    ["..2", "b"],
  ] as const) {
    await mkdir(join(folder, version));
    await writeFile(join(folder, version, "lvmd.yaml"), fileOf(name));
  }
  await symlink("..1", join(folder, "..data"));
  await symlink("..data/lvmd.yaml", path);
  await start();
  await symlink("..2", join(folder, "..new"));
  await rename(join(folder, "..new"), join(folder, "..data"));
  await said("took over");
  assert.deepEqual(taken, ["b"]);
});

test("a file that is wrong is reported once by its field, and the old one stays until it is right", async (t) => {
  const taken: string[] = [];
  const { path, lines, start, said } = await following(
    t,
    async (config) => void taken.push(config.deviceClasses[0]?.name ?? ""),
  );
  await put(path, fileOf("a"));
  const metrics = await start();
  await put(path, fileOf("a b"));
  await said("device-classes[0].name");
  await put(path, fileOf("b"));
  await said("took over");
  assert.deepEqual(taken, ["b"]);
  assert.equal(lines.filter(({ msg }) => String(msg).includes("the old one stays")).length, 1);
  const results = (await metrics.reloads.get()).values.map(({ labels, value }) => [labels.result, value]);
  assert.deepEqual(results, [
    ["failure", 1],
    ["success", 1],
  ]);
});

test("a configuration that is refused is not tried again until it changes", async (t) => {
  let tries = 0;
  const { path, clock, start, said, lines } = await following(t, async () => {
    tries += 1;
    throw new Error("no such group");
  });
  await put(path, fileOf("a"));
  await start();
  await put(path, fileOf("b"));
  await said("no such group");
  await put(path, fileOf("c"));
  await eventually("a second try", () => {
    clock.turn(30_000);
    return tries === 2;
  });
  assert.equal(lines.length, 1);
});

test("what only counts at a start is said", async (t) => {
  const { path, lines, start, said } = await following(t, async () => {});
  await put(path, fileOf("a"));
  await start();
  await put(path, fileOf("b", 'socket-name: /run/other.sock\nsocket-mode: "0666"\n'));
  await said("wait for a restart");
  assert.deepEqual(lines.at(-1)?.keys, ["socket-name", "socket-mode"]);
});
