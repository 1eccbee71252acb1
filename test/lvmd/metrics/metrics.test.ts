import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Registry } from "prom-client";
import { silentLogger } from "../../../src/base/log.ts";
import { createUse } from "../../../src/lvmd/emulated/use.ts";
import { registerRoomMetrics } from "../../../src/lvmd/metrics/room.ts";
import { serveMetrics } from "../../../src/lvmd/metrics/serve.ts";
import { registerVolumeMetrics } from "../../../src/lvmd/metrics/volumes.ts";
import type { Storage } from "../../../src/lvmd/storage.ts";
import { assembled, configOf, deviceClass, emulated, thinClass, thinPool } from "../samples.ts";
import { scratch } from "../serving.ts";
import { MiB, rejects } from "../storage-contract.ts";

const volume = { name: "a", deviceClass: "ssd", optionClass: "", tags: [], sizeBytes: 8n * MiB };

/** What a registry tells of a storage, one line for each value. */
async function told(storage: Storage): Promise<string[]> {
  const registry = new Registry();
  registerRoomMetrics(registry, storage, "n1");
  registerVolumeMetrics(registry, storage, "n1");
  return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

test("room is told under TopoLVM's names, with the pool where a class is thin", async () => {
  const use = createUse();
  const create = { size: { bytes: 100n * MiB }, metadataBytes: undefined, chunkBytes: undefined };
  const thin = thinClass(2, { thinPool: thinPool({ overprovisionRatio: 2, create }) });
  const storage = await emulated([deviceClass(), thin], { use });
  use.set("vg", "pool", { dataBytes: 25n * MiB, metadataBytes: 2n * MiB });
  await storage.createVolume(volume);
  const free = Number(1024n - 108n - 8n) * 2 ** 20;
  const lines = await told(storage);
  for (const [name, value] of [
    ["topolvm_volumegroup_size_bytes", 2 ** 30],
    ["topolvm_volumegroup_available_bytes", free],
    ["nativestor_lvmd_free_bytes", free],
    ["nativestor_lvmd_class_status", 0],
    ["nativestor_lvmd_volumes", 1],
  ] as const)
    assert.ok(lines.includes(`${name}{node="n1",device_class="ssd"} ${value}`), `${name} is not ${value}`);
  for (const [name, value] of [
    ["topolvm_thinpool_size_bytes", 100 * 2 ** 20],
    ["topolvm_thinpool_data_percent", 25],
    ["topolvm_thinpool_metadata_percent", 50],
    ["topolvm_thinpool_overprovisioned_available", 200 * 2 ** 20],
    ["nativestor_lvmd_volumes", 0],
  ] as const)
    assert.ok(lines.includes(`${name}{node="n1",device_class="thin"} ${value}`), `${name} is not ${value}`);
  assert.ok(!lines.some((line) => line.includes("thinpool") && line.includes("ssd")));
});

test("each group of a class that has several is told", async () => {
  const span = { groups: { names: ["vg", "vg2"] }, placement: "best" } as const;
  const lines = await told(await assembled(configOf([deviceClass({ span })])));
  for (const group of ["vg", "vg2"])
    assert.ok(
      lines.includes(
        `nativestor_lvmd_group_free_bytes{node="n1",device_class="ssd",volume_group="${group}"} ${2 ** 30}`,
      ),
    );
});

test("ill classes and volumes are told with what is wrong", async () => {
  const storage = await emulated([deviceClass()]);
  await storage.createVolume(volume);
  const ill: Storage = {
    ...storage,
    state: async () => (await storage.state()).map((state) => ({ ...state, health: "vg lacks a disk" })),
    listVolumes: async (name) =>
      (await storage.listVolumes(name)).map((volume) => ({ ...volume, health: "uses a disk that is missing" })),
  };
  const lines = await told(ill);
  assert.ok(lines.includes('nativestor_lvmd_class_status{node="n1",device_class="ssd"} 1'));
  assert.ok(
    lines.includes(
      'nativestor_lvmd_volume_ill{node="n1",device_class="ssd",volume="a",health="uses a disk that is missing"} 1',
    ),
  );
});

test("a RAID that is brought in sync is told with how far it is, one that is in sync is not", async () => {
  const storage = await emulated([deviceClass()]);
  for (const name of ["a", "b"]) await storage.createVolume({ ...volume, name });
  const syncing: Storage = {
    ...storage,
    listVolumes: async (name) =>
      (await storage.listVolumes(name)).map((one) => (one.name === "a" ? { ...one, syncPercent: 41.5 } : one)),
  };
  const lines = (await told(syncing)).filter((line) => line.startsWith("nativestor_lvmd_raid_sync_percent"));
  assert.deepEqual(lines, ['nativestor_lvmd_raid_sync_percent{node="n1",device_class="ssd",volume="a"} 41.5']);
});

test("a class that cannot be listed leaves the others told", async () => {
  const storage = await emulated([deviceClass(), deviceClass({ name: "hdd", volumeGroup: "vg2" })]);
  const listVolumes: Storage["listVolumes"] = (name) =>
    name === "ssd" ? Promise.reject(new Error("no such group")) : storage.listVolumes(name);
  const lines = await told({ ...storage, listVolumes });
  assert.ok(lines.includes('nativestor_lvmd_volumes{node="n1",device_class="hdd"} 0'));
});

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

function ask(where: { port: number } | { socketPath: string }, path: string, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", ...where, path, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
    });
    sent.on("error", reject).end();
  });
}

async function serving(test: TestContext, registry = new Registry()) {
  const listen = { host: "127.0.0.1", port: 0 };
  const server = await serveMetrics({ listen, registry, log: silentLogger });
  test.after(() => server.close());
  return server.port ?? assert.fail();
}

test("metrics and health are served on a port, and nothing else is", async (t) => {
  const registry = new Registry();
  registerRoomMetrics(registry, await emulated([deviceClass()]), "n1");
  const port = await serving(t, registry);
  assert.match((await ask({ port }, "/metrics?x=1")).text, /topolvm_volumegroup_size_bytes/);
  assert.deepEqual(await ask({ port }, "/healthz"), { status: 200, text: "ok" });
  assert.equal((await ask({ port }, "/")).status, 404);
  assert.equal((await ask({ port }, "/metrics", "POST")).status, 405);
});

test("readiness is answered where somebody knows it", async (t) => {
  let isReady = false;
  const listen = { host: "127.0.0.1", port: 0 };
  const server = await serveMetrics({ listen, registry: new Registry(), isReady: () => isReady, log: silentLogger });
  t.after(() => server.close());
  const port = server.port ?? assert.fail();
  assert.equal((await ask({ port }, "/readyz")).status, 503);
  isReady = true;
  assert.deepEqual(await ask({ port }, "/readyz"), { status: 200, text: "ok" });
  assert.equal((await ask({ port: await serving(t) }, "/readyz")).status, 404);
});

test("a storage that cannot tell its room is answered as unavailable, and the process is still well", async (t) => {
  const registry = new Registry();
  registerRoomMetrics(registry, { state: () => Promise.reject(new Error("the storage is closed")) }, "n1");
  const port = await serving(t, registry);
  assert.deepEqual(await ask({ port }, "/metrics"), { status: 503, text: "the storage is closed\n" });
  assert.equal((await ask({ port }, "/healthz")).status, 200);
});

test("metrics are served on a socket, which goes with the server", async (t) => {
  const socketPath = join(await scratch(t), "metrics.sock");
  const server = await serveMetrics({ listen: { socketPath }, registry: new Registry(), log: silentLogger });
  assert.equal((await ask({ socketPath }, "/healthz")).status, 200);
  await server.close();
  await assert.rejects(ask({ socketPath }, "/healthz"), /ENOENT/);
});

test("connections that say nothing, as many as are let in, make room again for those who ask", async (t) => {
  const listen = { host: "127.0.0.1", port: 0 };
  const server = await serveMetrics({ listen, registry: new Registry(), log: silentLogger, headMs: 200 });
  t.after(() => server.close());
  const port = server.port ?? assert.fail();
  const silent = Array.from({ length: 100 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  t.after(() => silent.forEach((socket) => socket.destroy()));
  const closed = silent.map((socket) => once(socket.resume(), "close"));
  await Promise.all(closed);
  assert.equal((await ask({ port }, "/healthz")).status, 200);
});

test("a head that comes byte by byte is not waited for", async (t) => {
  const listen = { host: "127.0.0.1", port: 0 };
  const server = await serveMetrics({ listen, registry: new Registry(), log: silentLogger, headMs: 200 });
  t.after(() => server.close());
  const socket = connect(server.port ?? assert.fail(), "127.0.0.1").on("error", () => {});
  const closed = once(socket, "close");
  const drip = setInterval(() => socket.write("a"), 20);
  t.after(() => clearInterval(drip));
  socket.write("GET /metrics HTTP/1.1\r\nx: ");
  const [answer] = (await once(socket, "data")) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 408 /);
  await closed;
});

test("a port that is taken is refused by the key's name", async (t) => {
  const port = await serving(t);
  const listen = { host: "127.0.0.1", port };
  await rejects(
    "failed-precondition",
    serveMetrics({ listen, registry: new Registry(), log: silentLogger }),
    "metrics-listen",
  );
});
