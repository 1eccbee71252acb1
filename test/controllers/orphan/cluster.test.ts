import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Registry } from "prom-client";
import { silentLogger } from "../../../src/base/log.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { type OrphanMode, startCollector } from "../../../src/controllers/orphan/collector.ts";
import { clusterHunt } from "../../../src/controllers/orphan/cluster-hunt.ts";
import { orphanMetrics } from "../../../src/controllers/orphan/metrics.ts";
import { createEventRecorder } from "../../../src/kube/events/recorder.ts";
import { startFakeApiServer } from "../../cluster/fake-api-server.ts";
import { accessTo } from "../../kubeclient/support.ts";
import { eventually } from "../../support/eventually.ts";
import { turnedClock } from "../../support/turned-clock.ts";
import { wish } from "../support/node-rig.ts";

const graceMs = 3_600_000;
const everyMs = 600_000;

async function start(t: TestContext, mode: OrphanMode = "report") {
  const api = await startFakeApiServer();
  t.after(() => api.close());
  api.apply({ kind: "Node", metadata: { name: "n1" } });
  const access = accessTo(t, api.url);
  const clock = turnedClock();
  const registry = new Registry();
  const log = silentLogger;
  const reporter = { controller: "topolvm.io/controller", instance: "c" };
  const events = createEventRecorder({ access, reporter, clock, log });
  const collect = () => {
    const hunt = clusterHunt(access, currentNames);
    const metrics = orphanMetrics(registry);
    const collector = startCollector({ hunt, mode, graceMs, everyMs, metrics, events, clock, log });
    t.after(() => collector.close());
  };
  /** Waits for the present look's end, and turns time on to the next. */
  const looks = async (count: number) => {
    for (let round = 0; round < count; round += 1) {
      await eventually("a pause", () => clock.pending === 1);
      clock.turn(everyMs);
    }
    await eventually("a pause", () => clock.pending === 1);
  };
  const made = (name: string, spec: object = {}, metadata: object = {}) =>
    api.apply({ ...wish(name, spec, metadata), status: { volumeID: `uid-${name}`, currentSize: "134217728" } });
  const persistentVolume = (handle: string, driver = "topolvm.io") =>
    api.apply({
      kind: "PersistentVolume",
      metadata: { name: handle },
      spec: { csi: { driver, volumeHandle: handle } },
    });
  const notes = () =>
    api.all("Event").map(({ reason, regarding }) => `${String(reason)} ${(regarding as { name: string }).name}`);
  const found = async (kind: string) =>
    (await registry.getSingleMetric("nativestor_orphans")?.get())?.values.find(({ labels }) => labels.kind === kind)
      ?.value;
  return { api, collect, looks, made, persistentVolume, notes, found };
}

test("a LogicalVolume that nothing names is told of after the grace time, and stays", async (t) => {
  const { api, collect, looks, made, persistentVolume, notes, found } = await start(t);
  made("lost");
  made("kept");
  persistentVolume("uid-kept");
  persistentVolume("uid-lost", "other.example");
  collect();
  await looks(5);
  assert.deepEqual(notes(), []);
  assert.equal(await found("logical-volume"), 0);
  await looks(1);
  await eventually("an event", () => notes().length === 1);
  assert.deepEqual(notes(), ["OrphanFound lost"]);
  assert.equal(await found("logical-volume"), 1);
  assert.ok(api.find("LogicalVolume", "lost"));
});

test("one that is named again in time is none", async (t) => {
  const { collect, looks, made, persistentVolume, notes } = await start(t);
  made("late");
  collect();
  await looks(5);
  persistentVolume("uid-late");
  await looks(3);
  assert.deepEqual(notes(), []);
});

const uid = "0b7e4a52-97e0-4f4c-8a3f-3a1d5a1b2c3d";

test("one whose claim is there is none: its provisioner was away, and comes again", async (t) => {
  const { api, collect, looks, made, notes } = await start(t);
  made(`pvc-${uid}`);
  api.apply({ kind: "PersistentVolumeClaim", metadata: { namespace: "default", name: "c", uid }, spec: {} });
  collect();
  await looks(7);
  assert.deepEqual(notes(), []);
});

test("one whose provisioner died over a claim that was removed meanwhile is one, and its note says so", async (t) => {
  const { api, collect, looks, made, notes } = await start(t, "remove");
  made(`pvc-${uid}`);
  const other = { namespace: "default", name: "c", uid: "1b7e4a52-97e0-4f4c-8a3f-3a1d5a1b2c3d" };
  api.apply({ kind: "PersistentVolumeClaim", metadata: other, spec: {} });
  collect();
  await looks(6);
  await eventually("an event", () => notes().length === 1);
  assert.match(String(api.all("Event")[0]?.note), new RegExp(`whatever asked for it \\(uid ${uid}\\) is gone`));
  assert.ok(api.find("LogicalVolume", `pvc-${uid}`)?.metadata.deletionTimestamp);
});

test("a snapshot that is not written down yet is none while its content is there", async (t) => {
  const { api, collect, looks, made, notes } = await start(t);
  made(`snapshot-${uid}`);
  const spec = { driver: "topolvm.io", source: { volumeHandle: "uid-v" }, volumeSnapshotRef: { uid } };
  api.apply({ kind: "VolumeSnapshotContent", metadata: { name: `snapcontent-${uid}` }, spec });
  collect();
  await looks(7);
  assert.deepEqual(notes(), []);
});

test("where claims cannot be read, nothing is an orphan", async (t) => {
  const { api, collect, looks, made, notes } = await start(t, "remove");
  made("kept");
  api.intercept = (request, response) => {
    if (!request.url?.includes("/persistentvolumeclaims")) return false;
    response.writeHead(500, { "content-type": "application/json" }).end("{}");
    return true;
  };
  collect();
  await looks(8);
  assert.deepEqual(notes(), []);
});

test("volumes that are being made or removed are none", async (t) => {
  const { api, collect, looks, made, notes } = await start(t);
  api.apply(wish("new"));
  made("old", {}, { deletionTimestamp: "2026-11-24T20:00:00Z" });
  collect();
  await looks(7);
  assert.deepEqual(notes(), []);
});

test("a LogicalVolume of a node that is not there is one, made or not", async (t) => {
  const { api, collect, looks, notes, found } = await start(t);
  api.apply(wish("stranded", { nodeName: "n9" }));
  collect();
  await looks(6);
  await eventually("an event", () => notes().length === 1);
  assert.equal(await found("lost-node"), 1);
});

test("where that is configured, orphans are removed after the grace time", async (t) => {
  const { api, collect, looks, made, persistentVolume, notes } = await start(t, "remove");
  made("lost");
  made("stranded", { nodeName: "n9" });
  made("kept");
  persistentVolume("uid-kept");
  collect();
  await looks(5);
  assert.equal(api.all("LogicalVolume").length, 3);
  await looks(1);
  await eventually("removal", () => api.find("LogicalVolume", "stranded") === undefined);
  const leaving = api.find("LogicalVolume", "lost")?.metadata.deletionTimestamp;
  assert.ok(leaving, "its node has to take it off the disk first");
  assert.equal(api.find("LogicalVolume", "kept")?.metadata.deletionTimestamp, undefined);
  await eventually("events", () => notes().length === 2);
  assert.deepEqual(notes().sort(), ["OrphanRemoved lost", "OrphanRemoved stranded"]);
});

test("where PersistentVolumes cannot be read, nothing is an orphan", async (t) => {
  const { api, collect, looks, made, notes } = await start(t, "remove");
  made("kept");
  api.intercept = (request, response) => {
    if (!request.url?.includes("/persistentvolumes")) return false;
    response.writeHead(500, { "content-type": "application/json" }).end("{}");
    return true;
  };
  collect();
  await looks(8);
  assert.equal(api.find("LogicalVolume", "kept")?.metadata.deletionTimestamp, undefined);
  assert.deepEqual(notes(), []);
});

test("what becomes wanted between the look and the removal stays", async (t) => {
  const { api, collect, looks, made, persistentVolume } = await start(t, "remove");
  made("kept");
  collect();
  await looks(5);
  let lists = 0;
  api.intercept = (request) => {
    if (request.url?.includes("/persistentvolumes") && (lists += 1) === 2) persistentVolume("uid-kept");
    return false;
  };
  await looks(1);
  assert.equal(lists, 2);
  assert.equal(api.find("LogicalVolume", "kept")?.metadata.deletionTimestamp, undefined);
});
