import assert from "node:assert/strict";
import { test } from "node:test";
import type { WatchResponse } from "../../../src/gen/lvmd.ts";
import { watchStates } from "../../../src/lvmd/service/watch.ts";
import type { Storage } from "../../../src/lvmd/storage.ts";
import { deviceClass, emulated, thinClass } from "../samples.ts";
import { served } from "../serving.ts";
import { MiB } from "../storage-contract.ts";

const volume = { name: "a", deviceClass: "ssd", optionClass: "", sizeBytes: 8n * MiB, tags: [] };
const open = () => emulated([deviceClass({ isDefault: true }), thinClass(2)]);

async function next<T>(stream: AsyncIterator<T>): Promise<T> {
  const { done, value } = await stream.next();
  assert.equal(done, false);
  return value;
}

function streamOf(watch: AsyncIterable<WatchResponse>): AsyncIterator<WatchResponse> {
  return watch[Symbol.asyncIterator]();
}

test("Watch sends the state at once, with the pool beside the group where a class is thin", async (t) => {
  const { client } = await served(t, await open());
  const stream = streamOf(client.groups.watch({}));
  assert.deepEqual(await next(stream), {
    freeBytes: 512n * MiB,
    items: [
      {
        deviceClass: "ssd",
        freeBytes: 512n * MiB,
        sizeBytes: 1024n * MiB,
        thinPool: undefined,
        isDefault: true,
        health: "",
      },
      {
        deviceClass: "thin",
        freeBytes: 512n * MiB,
        sizeBytes: 1024n * MiB,
        thinPool: { dataPercent: 0, metadataPercent: 0, overprovisionBytes: 1024n * MiB, sizeBytes: 512n * MiB },
        isDefault: false,
        health: "",
      },
    ],
    lvcreateOptionClasses: { names: ["plain"] },
  });
  await stream.return?.();
});

test("Watch tells what the default class may promise also where that class is thin", async (t) => {
  const { client } = await served(t, await emulated([thinClass(2, { isDefault: true })]));
  const stream = streamOf(client.groups.watch({}));
  assert.equal((await next(stream)).freeBytes, 2048n * MiB);
  await stream.return?.();
});

test("Watch tells what is wrong with a class", async (t) => {
  const storage = await open();
  const state = async () => (await storage.state()).map((one) => ({ ...one, health: "vg misses a disk" }));
  const { client } = await served(t, { ...storage, state });
  const stream = streamOf(client.groups.watch({}));
  const { items } = await next(stream);
  assert.deepEqual(
    items.map(({ health }) => health),
    ["vg misses a disk", "vg misses a disk"],
  );
  await stream.return?.();
});

test("Watch sends every change to every watcher", async (t) => {
  const { client } = await served(t, await open());
  const streams = [streamOf(client.groups.watch({})), streamOf(client.groups.watch({}))];
  await Promise.all(streams.map(next));
  await client.volumes.createLV(volume);
  for (const stream of streams) assert.equal((await next(stream)).freeBytes, 504n * MiB);
  await client.volumes.removeLV({ name: "a", deviceClass: "ssd" });
  for (const stream of streams) assert.equal((await next(stream)).freeBytes, 512n * MiB);
  for (const stream of streams) await stream.return?.();
});

test("Watch ends when the server closes", async (t) => {
  const { client, server } = await served(t, await open());
  const stream = streamOf(client.groups.watch({}));
  await next(stream);
  const end = stream.next();
  await server.close();
  assert.equal((await end).done, true);
});

test("changes that come while a state is handed over are told together", async () => {
  const storage = await open();
  const stop = new AbortController();
  const stream = watchStates(storage, stop.signal);
  await next(stream);
  await storage.createVolume(volume);
  await storage.createVolume({ ...volume, name: "b" });
  assert.equal((await next(stream))[0]?.freeBytes, 496n * MiB);
  const more = stream.next();
  stop.abort();
  assert.equal((await more).done, true);
});

test("a watcher that leaves is forgotten", async () => {
  const storage = await open();
  let listeners = 0;
  const counted: Storage = {
    ...storage,
    onChange: (listener) => {
      listeners += 1;
      const leave = storage.onChange(listener);
      return () => {
        listeners -= 1;
        leave();
      };
    },
  };
  const stop = new AbortController();
  const stream = watchStates(counted, stop.signal);
  await next(stream);
  assert.equal(listeners, 1);
  const end = stream.next();
  stop.abort();
  await end;
  assert.equal(listeners, 0);
});

test("a caller that goes away ends its stream on the server", async (t) => {
  const { client, registry } = await served(t, await open());
  const gone = new AbortController();
  const stream = streamOf(client.groups.watch({}, { signal: gone.signal }));
  await next(stream);
  const watchers = async () => (await registry.getSingleMetric("nativestor_lvmd_watchers")?.get())?.values[0]?.value;
  assert.equal(await watchers(), 1);
  gone.abort();
  await assert.rejects(stream.next());
  while ((await watchers()) !== 0) await client.groups.getFreeBytes({ deviceClass: "ssd" });
});
