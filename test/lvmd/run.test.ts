import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Registry } from "prom-client";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { createLvmdClient } from "../../src/lvmd/client.ts";
import { runLvmd } from "../../src/lvmd/run.ts";
import { watchLvmd } from "../../src/lvmd/watcher.ts";
import { scratch } from "./serving.ts";
import { MiB, rejects } from "./storage-contract.ts";

const surroundings = (signal: AbortSignal) => ({
  log: silentLogger,
  registry: new Registry(),
  clock: systemClock,
  signal,
});
const never = new AbortController().signal;

test("the daemon serves what its file says until it is stopped, and has its volumes when it comes back", async (t) => {
  const folder = await scratch(t);
  const configPath = join(folder, "lvmd.yaml");
  const socketPath = join(folder, "lvmd.sock");
  await writeFile(
    configPath,
    `
socket-name: ${socketPath}
device-classes: [{ name: ssd, volume-group: vg, default: true, spare-gb: 0 }]
emulated: { folder: ${folder}/volumes, volume-groups: [{ name: vg, size: 1Gi }] }
`,
  );
  for (const expected of [[], ["a"]]) {
    const stop = new AbortController();
    const ended = runLvmd({ configPath }, surroundings(stop.signal));
    await up(socketPath);
    const client = createLvmdClient(socketPath);
    const { volumes } = await client.groups.getLVList({});
    assert.deepEqual(
      volumes.map(({ name }) => name),
      expected,
    );
    await client.volumes.createLV({ name: "a", sizeBytes: 8n * MiB });
    client.close();
    stop.abort();
    await ended;
  }
  assert.deepEqual(await readdir(folder), ["lvmd.yaml", "volumes"]);
});

test("the daemon does not start from a file that is wrong", async (t) => {
  const configPath = join(await scratch(t), "lvmd.yaml");
  await writeFile(configPath, "device-classes: []");
  await rejects("invalid-argument", runLvmd({ configPath }, surroundings(never)), "device-classes");
});

test("the daemon ends at once where it was stopped before it came up", async (t) => {
  const folder = await scratch(t);
  const configPath = join(folder, "lvmd.yaml");
  const text = `{socket-name: ${folder}/s, device-classes: [{name: a, volume-group: v}], emulated: {volume-groups: [{name: v, size: 1Gi}]}}`;
  await writeFile(configPath, text);
  await runLvmd({ configPath }, surroundings(AbortSignal.abort()));
  assert.deepEqual(await readdir(folder), ["lvmd.yaml"]);
});

/** Resolves when a daemon answers at that socket. */
async function up(socketPath: string): Promise<void> {
  const heard = new EventTarget();
  const onState = () => heard.dispatchEvent(new Event("state"));
  const first = once(heard, "state");
  const watcher = watchLvmd({ socketPath, clock: systemClock, log: silentLogger, onState, onDown: () => {} });
  await first;
  await watcher.close();
}
