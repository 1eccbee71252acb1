import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, stat, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { Registry } from "prom-client";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { createLvmdClient } from "../../src/lvmd/client.ts";
import { runLvmd } from "../../src/lvmd/run.ts";
import type { LvmdRoom } from "../../src/lvmd/room.ts";
import { watchLvmd } from "../../src/lvmd/watcher.ts";
import { scratch } from "./serving.ts";
import { MiB, rejects } from "./storage-contract.ts";

const surroundings = (signal: AbortSignal) => ({
  log: silentLogger,
  registry: new Registry(),
  clock: systemClock,
  environment: {},
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
    const ended = runLvmd({ configPath, hostName: "n1" }, surroundings(stop.signal));
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

test("the daemon serves its metrics where its file says so, and takes over a changed file", async (t) => {
  const folder = await scratch(t);
  const configPath = join(folder, "lvmd.yaml");
  const textOf = (name: string) => `
socket-name: ${folder}/lvmd.sock
socket-mode: "0660"
metrics-listen: unix:${folder}/metrics.sock
device-classes: [{ name: ${name}, volume-group: vg, default: true, spare-gb: 0 }]
emulated: { volume-groups: [{ name: vg, size: 1Gi }] }
`;
  await writeFile(configPath, textOf("ssd"));
  const stop = new AbortController();
  const ended = runLvmd({ configPath, hostName: "n1" }, surroundings(stop.signal));
  await up(join(folder, "lvmd.sock"));
  assert.equal((await stat(join(folder, "lvmd.sock"))).mode & 0o777, 0o660);
  assert.match(await metricsAt(join(folder, "metrics.sock")), /size_bytes\{node="n1",device_class="ssd"\}/);
  await writeFile(configPath, textOf("hdd"));
  await up(join(folder, "lvmd.sock"), ({ classes }) => classes[0]?.deviceClass === "hdd");
  stop.abort();
  await ended;
  assert.deepEqual(await readdir(folder), ["lvmd.yaml"]);
});

async function metricsAt(socketPath: string): Promise<string> {
  const sent = request({ socketPath, path: "/metrics", agent: false }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return (await response.toArray()).join("");
}

test("the daemon says when it serves and when it is about to end", async (t) => {
  const folder = await scratch(t);
  const configPath = join(folder, "lvmd.yaml");
  const socketPath = join(folder, "lvmd.sock");
  await writeFile(
    configPath,
    `{socket-name: ${socketPath}, device-classes: [{name: a, volume-group: v}], emulated: {volume-groups: [{name: v, size: 1Gi}]}}`,
  );
  const told: string[] = [];
  const stop = new AbortController();
  const tell = async (phase: string) => {
    const isServed = (await stat(socketPath)).isSocket();
    told.push(`${phase}, ${isServed ? "served" : "gone"}`);
    stop.abort();
  };
  await runLvmd({ configPath, hostName: "n1" }, { ...surroundings(stop.signal), tell });
  assert.deepEqual(told, ["ready, served", "stopping, served"]);
});

test("the daemon does not start from a file that is wrong", async (t) => {
  const configPath = join(await scratch(t), "lvmd.yaml");
  await writeFile(configPath, "device-classes: []");
  await rejects("invalid-argument", runLvmd({ configPath, hostName: "n1" }, surroundings(never)), "device-classes");
});

test("the daemon ends at once where it was stopped before it came up", async (t) => {
  const folder = await scratch(t);
  const configPath = join(folder, "lvmd.yaml");
  const text = `{socket-name: ${folder}/s, device-classes: [{name: a, volume-group: v}], emulated: {volume-groups: [{name: v, size: 1Gi}]}}`;
  await writeFile(configPath, text);
  await runLvmd({ configPath, hostName: "n1" }, surroundings(AbortSignal.abort()));
  assert.deepEqual(await readdir(folder), ["lvmd.yaml"]);
});

/** Resolves when a daemon at that socket tells what is awaited, anything by default. */
async function up(socketPath: string, isAwaited: (room: LvmdRoom) => boolean = () => true): Promise<void> {
  const heard = new EventTarget();
  const onState = (room: LvmdRoom) => void (isAwaited(room) && heard.dispatchEvent(new Event("state")));
  const first = once(heard, "state");
  const watcher = watchLvmd({ socketPath, clock: systemClock, log: silentLogger, onState, onDown: () => {} });
  await first;
  await watcher.close();
}
