import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test, type TestContext } from "node:test";
import { diskHunt } from "../../../src/controllers/orphan/disk-hunt.ts";
import { served } from "../../lvmd/serving.ts";
import { deviceClass, emulated } from "../../lvmd/samples.ts";
import { startFakeApiServer } from "../../cluster/fake-api-server.ts";
import { accessTo } from "../../kubeclient/support.ts";
import { wish } from "../support/node-rig.ts";

const signal = new AbortController().signal;

async function start(t: TestContext) {
  const api = await startFakeApiServer();
  t.after(() => api.close());
  const storage = await emulated([deviceClass()]);
  const { client } = await served(t, storage);
  const own = new Set<string>();
  const hunt = diskHunt({
    access: accessTo(t, api.url),
    nodeName: "n1",
    lvmd: client,
    deviceClasses: () => ["ssd"],
    ownUids: () => own,
  });
  const volume = async (name: string) => {
    await storage.createVolume({ name, deviceClass: "ssd", optionClass: "", tags: [], sizeBytes: 4n << 20n });
    return name;
  };
  const found = async () => (await hunt.find(signal)).map(({ name }) => name);
  return { api, storage, hunt, volume, found, own };
}

test("a volume is an orphan where no LogicalVolume has its name for a uid, on whatever node", async (t) => {
  const { api, volume, found } = await start(t);
  const [lost, kept, moved] = [await volume(randomUUID()), await volume(randomUUID()), await volume(randomUUID())];
  api.apply(wish("kept", {}, { uid: kept }));
  api.apply(wish("moved", { nodeName: "n2" }, { uid: moved }));
  assert.deepEqual(await found(), [lost]);
});

test("where the agent knows all volumes the cluster is not asked", async (t) => {
  const { api, volume, found, own } = await start(t);
  own.add(await volume(randomUUID()));
  assert.deepEqual(await found(), []);
  assert.deepEqual(api.requests, []);
});

test("volumes that are not called as ours are nobody's business", async (t) => {
  const { volume, found } = await start(t);
  await volume("root");
  await volume("uid-like-but-not");
  assert.deepEqual(await found(), []);
});

test("where LogicalVolumes cannot be read, nothing is an orphan", async (t) => {
  const { api, volume, found } = await start(t);
  await volume(randomUUID());
  api.intercept = (request, response) => {
    if (!request.url?.includes("logicalvolumes")) return false;
    response.writeHead(404, { "content-type": "application/json" }).end("{}");
    return true;
  };
  await assert.rejects(found(), /no LogicalVolumes can be read/);
});

test("an orphan is removed, and what has an object by then is not", async (t) => {
  const { api, storage, hunt, volume } = await start(t);
  const [lost, late] = [await volume(randomUUID()), await volume(randomUUID())];
  const orphans = await hunt.find(signal);
  api.apply(wish("late", {}, { uid: late }));
  const removed = await Promise.all(orphans.map((orphan) => hunt.remove(orphan, signal)));
  assert.deepEqual(removed.filter(Boolean).length, 1);
  assert.deepEqual(
    (await storage.listVolumes("ssd")).map(({ name }) => name),
    [late],
  );
  assert.notEqual(lost, late);
});
