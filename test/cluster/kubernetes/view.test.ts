import assert from "node:assert/strict";
import { test } from "node:test";
import { Registry } from "prom-client";
import { turnedClock } from "../../support/turned-clock.ts";
import { eventually } from "../../support/eventually.ts";
import { openView } from "../kubernetes-view.ts";
import { claimObject, classObject, nodeObject } from "../view-contract.ts";

test("before everything is listed once a view is not synced and infinitely old", async (t) => {
  const { api, view, close } = await openView({
    prepare: (api) => {
      api.intercept = (request) => request.url?.includes("storageclasses") === true;
    },
  });
  t.after(close);
  await eventually("the other lists", () => api.openWatches === 2);
  assert.deepEqual(view.health(), { synced: false, ageMs: Infinity });
});

test("waiting for the view ends with the signal", async (t) => {
  const { view, close } = await openView({
    prepare: (api) => {
      api.intercept = () => true;
    },
  });
  t.after(close);
  const reason = new Error("enough");
  await assert.rejects(view.synced(AbortSignal.abort(reason)), reason);
  const controller = new AbortController();
  const waiting = view.synced(controller.signal);
  controller.abort(reason);
  await assert.rejects(waiting, reason);
});

test("a quiet view stays fresh as long as the API server answers", async (t) => {
  const clock = turnedClock();
  const { api, view, close } = await openView({ clock });
  t.after(close);
  await view.synced();
  await eventually("the watches", () => api.openWatches === 3);
  clock.turn(5_000);
  await eventually("an answer", () => view.health().ageMs === 0);
});

test("a view whose API server falls silent grows old, and its watches are given up", async (t) => {
  const clock = turnedClock();
  const { api, view, close } = await openView({ clock });
  t.after(close);
  await view.synced();
  await eventually("the watches", () => api.openWatches === 3);
  const asked = () => api.requests.filter((request) => request.endsWith("/version")).length;
  api.intercept = () => true; // takes requests and never answers
  for (const beat of [1, 2]) {
    clock.turn(5_000);
    await eventually(`beat ${beat}`, () => asked() === beat);
    clock.turn(8_000);
    // three watches, or the waits before the next ones, and the next beat
    await eventually("the end of the beat", () => clock.pending === 4);
  }
  await eventually("the watches' end", () => api.openWatches === 0);
  assert.equal(view.health().synced, true);
  assert.equal(view.health().ageMs, 26_000);
});

test("what was asked for beside the watch is seen by everybody", async (t) => {
  const { api, view, close } = await openView();
  t.after(close);
  await view.synced();
  await eventually("the watches", () => api.openWatches === 3);
  api.endWatches();
  api.apply(claimObject("data", {}));
  await view.lookupClaim("default", "data");
  assert.equal(view.claim("default", "data")?.name, "data");
});

test("what the view holds is not asked for again", async (t) => {
  const { api, view, close } = await openView({ prepare: (api) => api.apply(claimObject("data", {})) });
  t.after(close);
  await view.synced();
  await view.lookupClaim("default", "data");
  assert.ok(!api.requests.some((request) => request.includes("/data")));
});

test("equal questions at the same time are one", async (t) => {
  const { api, view, close } = await openView();
  t.after(close);
  await view.synced();
  await Promise.all(Array.from({ length: 50 }, () => view.lookupClaim("default", "nosuch")));
  assert.equal(api.requests.filter((request) => request.endsWith("/nosuch")).length, 1);
});

test("a lookup is unavailable when the API server refuses, or its answer cannot be read", async (t) => {
  const { api, view, close } = await openView();
  t.after(close);
  await view.synced();
  let [status, body] = [403, '{"message":"forbidden"}'];
  api.intercept = (_, response) => {
    response.writeHead(status).end(body);
    return true;
  };
  await assert.rejects(view.lookupClaim("default", "x"), { code: "unavailable", message: /forbidden/ });
  [status, body] = [200, '{"metadata":{"name":"x"},"spec":5}'];
  await assert.rejects(view.lookupClaim("default", "x"), { code: "unavailable", message: /spec is an object/ });
  body = '{"metadata":{"name":"y"},"parameters":5}';
  await assert.rejects(view.lookupStorageClass("y"), { code: "unavailable", message: /parameters is an object/ });
});

test("the newest of several default classes is the default", async (t) => {
  const { view, close } = await openView({
    prepare: (api) => {
      api.apply(classObject("old", true, "2025-01-01T00:00:00Z"));
      api.apply(classObject("new", true, "2026-01-01T00:00:00Z"));
    },
  });
  t.after(close);
  await view.synced();
  assert.equal(view.storageClass(undefined)?.name, "new");
});

test("metrics show age, objects, restarts, lists and skipped objects", async (t) => {
  const registry = new Registry();
  const { api, view, close } = await openView({
    registry,
    prepare: (api) => {
      api.apply(nodeObject("n1", { ssd: "0" }));
      api.apply(claimObject("broken", { storageClassName: 7 }));
    },
  });
  t.after(close);
  await view.synced();
  await eventually("the watches", () => api.openWatches === 3);
  api.compact("event");
  api.cut();
  await eventually("the new list", async () => {
    return /^nativestor_relists_total\{resource="nodes"\} 1$/m.test(await registry.metrics());
  });
  const text = await registry.metrics();
  assert.match(text, /^nativestor_view_age_seconds \d/m);
  assert.match(text, /^nativestor_view_objects\{resource="nodes"\} 1$/m);
  assert.match(text, /^nativestor_nodes_with_room 1$/m);
  assert.match(text, /^nativestor_view_objects\{resource="persistentvolumeclaims"\} 0$/m);
  assert.match(text, /^nativestor_watch_restarts_total\{resource="nodes"\} \d/m);
  assert.match(text, /^nativestor_skipped_objects_total\{resource="persistentvolumeclaims"\} \d/m);
});

test("5,000 nodes and 20,000 claims are all there, and little is kept of them", async (t) => {
  const { view, close } = await openView({
    prepare: (api) => {
      for (let i = 0; i < 5_000; i += 1)
        api.apply(
          nodeObject(`node-${i}`, { ssd: String(1024 + i), hdd: "4096" }, { "example.com/noise": "x".repeat(1_000) }),
        );
      for (let i = 0; i < 20_000; i += 1)
        api.apply(claimObject(`claim-${i}`, { storageClassName: "fast", resources: { requests: { storage: "1Gi" } } }));
    },
  });
  t.after(close);
  await view.synced();
  assert.equal([...view.nodes()].length, 5_000);
  assert.equal(view.node("node-4999")?.supply.freeBytes.get("ssd"), 6023n);
  assert.equal(view.claim("default", "claim-19999")?.requestBytes, 1073741824n);
  assert.deepEqual(Object.keys(view.node("node-1") ?? {}), ["name", "supply", "optionClasses"]);
});
