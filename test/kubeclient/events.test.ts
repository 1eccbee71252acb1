import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { silentLogger } from "../../src/base/log.ts";
import { createEventRecorder } from "../../src/kube/events/recorder.ts";
import type { EventFacts } from "../../src/kube/events/series.ts";
import { startFakeApiServer } from "../cluster/fake-api-server.ts";
import { eventually } from "../support/eventually.ts";
import { turnedClock } from "../support/turned-clock.ts";
import { accessTo } from "./support.ts";

const full: EventFacts = {
  regarding: { apiVersion: "topolvm.io/v1", kind: "LogicalVolume", name: "pvc-1", uid: "u1" },
  type: "Warning",
  reason: "OutOfRoom",
  action: "CreateVolume",
  note: "out of room in vg",
};

async function start(t: TestContext) {
  const api = await startFakeApiServer();
  t.after(() => api.close());
  const clock = turnedClock();
  const reporter = { controller: "topolvm.io/node", instance: "n1" };
  const recorder = createEventRecorder({ access: accessTo(t, api.url), reporter, clock, log: silentLogger });
  const seriesOf = () => api.all("Event").map((event) => (event.series as { count: number } | undefined)?.count);
  return { api, clock, recorder, seriesOf };
}

test("an event says who, what and why, in the namespace default for objects that have none", async (t) => {
  const { api, recorder } = await start(t);
  recorder.record(full);
  await recorder.close();
  const [event] = api.all("Event");
  assert.ok(event);
  const { metadata, eventTime, ...rest } = event;
  assert.equal(metadata.namespace, "default");
  assert.match(metadata.name, /^pvc-1\.[0-9a-f]{16}$/);
  assert.match(String(eventTime), /^1970-01-01T00:00:01\.000000Z$/);
  assert.deepEqual(rest, {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    reportingController: "topolvm.io/node",
    reportingInstance: "n1",
    ...full,
  });
});

test("what comes again is counted on the first event", async (t) => {
  const { api, recorder, seriesOf } = await start(t);
  recorder.record(full);
  recorder.record(full);
  await recorder.close();
  assert.deepEqual(seriesOf(), [2]);
  assert.equal(api.requests.length, 2);
});

test("a series that goes on is told once a minute", async (t) => {
  const { api, clock, recorder, seriesOf } = await start(t);
  for (let round = 0; round < 31; round += 1) {
    recorder.record(full);
    clock.turn(2_000);
  }
  recorder.record(full);
  await recorder.close();
  assert.deepEqual(seriesOf(), [32]);
  assert.equal(api.requests.length, 3, "made, counted to 2, counted after a minute");
});

test("what comes again after six minutes is a new event", async (t) => {
  const { clock, recorder, seriesOf } = await start(t);
  recorder.record(full);
  clock.turn(360_000);
  recorder.record(full);
  await recorder.close();
  assert.deepEqual(seriesOf(), [undefined, undefined]);
});

test("events that differ in anything are not counted together", async (t) => {
  const { recorder, seriesOf } = await start(t);
  recorder.record(full);
  recorder.record({ ...full, note: "something else" });
  recorder.record({ ...full, regarding: { ...full.regarding, name: "pvc-2" } });
  await recorder.close();
  assert.equal(seriesOf().length, 3);
});

test("a note is cut at what the API takes, between characters", async (t) => {
  const { api, recorder } = await start(t);
  recorder.record({ ...full, note: "ü".repeat(2_000) });
  await recorder.close();
  const note = String(api.all("Event")[0]?.note);
  assert.ok(Buffer.byteLength(note) <= 1_024 && Buffer.byteLength(note) > 1_000);
  assert.match(note, /^ü+�?…$/);
});

test("a cluster that takes no events is borne, and not flooded", async (t) => {
  const { api, recorder } = await start(t);
  api.intercept = (_request, response) => {
    response.writeHead(403, { "content-type": "application/json" }).end("{}");
    return true;
  };
  for (let i = 0; i < 1_000; i += 1) recorder.record({ ...full, note: String(i) });
  await recorder.close();
  await eventually("an end", () => api.requests.length <= 200);
});
