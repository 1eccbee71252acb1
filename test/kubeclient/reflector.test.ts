import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test, type TestContext } from "node:test";
import { silentLogger } from "../../src/base/log.ts";
import { startReflector } from "../../src/kube/reflector.ts";
import type { Resource } from "../../src/kube/resource.ts";
import { createStore } from "../../src/kube/store.ts";
import { type FakeApiServer, startFakeApiServer } from "../cluster/fake-api-server.ts";
import { eventually } from "../support/eventually.ts";
import { turnedClock } from "../support/turned-clock.ts";
import { accessTo } from "./support.ts";

const resource: Resource = { name: "nodes", path: "/api/v1/nodes", metadataOnly: true };
const node = (name: string, text = "") => ({ kind: "Node", metadata: { name, annotations: { text } }, spec: {} });

function textOf(object: unknown): string {
  const { metadata, spec } = object as { metadata: { annotations: { text: string } }; spec?: unknown };
  assert.equal(spec, undefined, "only metadata was asked for");
  if (metadata.annotations.text === "unreadable") throw new Error("unreadable");
  return metadata.annotations.text;
}

/** A reflector of nodes over the twin of an API server, whose clock the test turns. */
async function start(t: TestContext, prepare: (api: FakeApiServer) => void = () => undefined) {
  const api = await startFakeApiServer();
  t.after(() => api.close());
  prepare(api);
  const clock = turnedClock();
  const store = createStore<string>(() => undefined);
  const counts = { restarts: 0, relists: 0, skipped: 0 };
  const reflector = startReflector({
    access: accessTo(t, api.url, { clock }),
    resource,
    transform: textOf,
    handlers: store.handlers,
    observer: {
      restarted: () => void (counts.restarts += 1),
      relisted: () => void (counts.relists += 1),
      skipped: () => void (counts.skipped += 1),
    },
    clock,
    random: () => 0,
    log: silentLogger,
  });
  t.after(() => reflector.close());
  const watching = () => eventually("an open watch", () => reflector.connected && api.openWatches === 1);
  // for what has to wait for a back-off first
  const turning = (what: string, condition: () => boolean) =>
    eventually(what, () => {
      clock.turn(50);
      return condition();
    });
  const lists = () => api.requests.filter((request) => !request.includes("watch="));
  const watches = () => api.requests.filter((request) => request.includes("watch="));
  return { api, clock, store, counts, reflector, watching, turning, lists, watches };
}

test("a collection is listed in pages of 500 and followed from where the list stood", async (t) => {
  const { api, store, reflector, watching, lists, watches } = await start(t, (api) => {
    for (let i = 0; i < 1_200; i += 1) api.apply(node(`n${i}`, String(i)));
  });
  await reflector.whenSynced();
  await watching();
  assert.equal(store.size, 1_200);
  assert.equal(store.get("n1199"), "1199");
  assert.equal(lists().length, 3);
  assert.ok(lists().every((request) => request.includes("limit=500")));
  assert.match(
    watches()[0] ?? "",
    new RegExp(`allowWatchBookmarks=true&resourceVersion=${api.version}&timeoutSeconds=300$`),
  );
});

test("only metadata is asked for, of the list and of the watch", async (t) => {
  const { api, watching } = await start(t);
  await watching();
  assert.deepEqual(
    api.headers.map(({ accept }) => accept),
    [
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
    ],
  );
});

test("events change and remove", async (t) => {
  const { api, store, watching } = await start(t);
  await watching();
  api.apply(node("a", "1"));
  await eventually("a", () => store.get("a") === "1");
  api.apply(node("a", "2"));
  await eventually("a changed", () => store.get("a") === "2");
  api.remove(node("a"));
  await eventually("a removed", () => store.get("a") === undefined);
});

test("events that come in pieces, cut within a character, are whole", async (t) => {
  const { api, store, watching } = await start(t);
  await watching();
  const object = { metadata: { name: "a", resourceVersion: "99", annotations: { text: "größer" } } };
  const line = Buffer.from(`${JSON.stringify({ type: "ADDED", object })}\n`);
  const cut = line.indexOf(Buffer.from("ö")) + 1;
  api.send("Node", line.subarray(0, cut));
  await new Promise(setImmediate);
  api.send("Node", line.subarray(cut));
  await eventually("a", () => store.get("a") === "größer");
});

for (const how of ["http", "event"] as const) {
  test(`a history that is gone (told by ${how}) is listed again, and what vanished meanwhile is removed`, async (t) => {
    const { api, store, counts, watching, turning } = await start(t, (api) => {
      api.apply(node("a", "1"));
      api.apply(node("b", "1"));
    });
    await watching();
    api.intercept = (request, response) => {
      if (api.openWatches > 0) return false;
      api.intercept = undefined;
      // while nobody watches
      api.remove(node("a"));
      api.apply(node("c", "1"));
      api.compact(how);
      request.socket.destroy();
      response.destroy();
      return true;
    };
    api.cut();
    await turning("the new list", () => store.get("c") === "1" && counts.relists === 1);
    await turning("the removal", () => store.get("a") === undefined);
    assert.equal(store.get("b"), "1");
  });
}

test("a position that the server does not know yet is listed again, as after a restored backup", async (t) => {
  const { api, counts, watching, turning } = await start(t);
  await watching();
  api.intercept = (request, response) => {
    if (!request.url?.includes("watch=")) return false;
    api.intercept = undefined;
    response.writeHead(504).end('{"message":"Too large resource version: 9, current: 1"}');
    return true;
  };
  api.cut();
  await turning("a list", () => counts.relists === 1);
});

test("a list that grows too old between two pages is begun again", async (t) => {
  const { store, reflector, turning, lists } = await start(t, (api) => {
    for (let i = 0; i < 600; i += 1) api.apply(node(`n${i}`));
    api.intercept = (request) => {
      if (!request.url?.includes("continue=")) return false;
      api.intercept = undefined;
      api.compact();
      return false;
    };
  });
  await turning("synced", () => reflector.synced);
  assert.equal(store.size, 600);
  assert.equal(lists().length, 4);
});

test("a cut connection is taken up from where it was, without a list", async (t) => {
  const { api, store, counts, watching, turning, lists } = await start(t);
  await watching();
  api.apply(node("a", "1"));
  await eventually("a", () => store.get("a") === "1");
  api.cut();
  api.apply(node("b", "1"));
  await turning("b", () => store.get("b") === "1");
  assert.equal(lists().length, 1);
  assert.equal(counts.relists, 0);
  assert.ok(counts.restarts >= 1);
});

test("a bookmark moves the position on", async (t) => {
  const { api, reflector, clock, watching, turning, watches } = await start(t);
  await watching();
  for (let i = 0; i < 20; i += 1) api.apply({ kind: "StorageClass", metadata: { name: `c${i}` } });
  clock.turn(1_000);
  api.bookmark();
  await eventually("contact", () => reflector.lastContactMs === clock.monotonic());
  api.cut();
  await turning("another watch", () => watches().length === 2);
  assert.match(watches()[1] ?? "", new RegExp(`resourceVersion=${api.version}&`));
});

test("a watch that the server ends in time is taken up at once and is no failure", async (t) => {
  const { api, clock, counts, reflector, watching, watches } = await start(t);
  await watching();
  clock.turn(5_000);
  api.endWatches();
  await eventually("another watch", () => watches().length === 2 && reflector.connected);
  assert.equal(counts.restarts, 0);
});

test("a server that ends each watch at once is not asked in a loop", async (t) => {
  const { clock, reflector, watches, turning } = await start(t, (api) => {
    api.intercept = (request, response) => {
      if (!request.url?.includes("watch=")) return false;
      response.end();
      return true;
    };
  });
  await reflector.whenSynced();
  await eventually("the first watch", () => watches().length === 1 && clock.pending === 1);
  clock.turn(249);
  await new Promise(setImmediate);
  assert.equal(watches().length, 1);
  await turning("the second watch", () => watches().length === 2);
});

test("a half-open connection is given up after 90 silent seconds", async (t) => {
  const { api, clock, store, reflector, watching, turning } = await start(t);
  await watching();
  clock.turn(89_999);
  assert.equal(reflector.connected, true);
  clock.turn(1);
  await eventually("the end of the watch", () => !reflector.connected);
  api.apply(node("a", "1"));
  await turning("what was missed", () => store.get("a") === "1");
});

test("a watch that is told to is given up and begun again", async (t) => {
  const { reflector, watching, turning, watches } = await start(t);
  await watching();
  reflector.reconnect("no pulse");
  await turning("another watch", () => watches().length === 2 && reflector.connected);
});

test("a bookmark keeps a quiet watch alive", async (t) => {
  const { api, clock, reflector, watching, watches } = await start(t);
  await watching();
  for (let minute = 0; minute < 5; minute += 1) {
    clock.turn(60_000);
    api.bookmark();
    await eventually("the bookmark", () => reflector.lastContactMs === clock.monotonic());
  }
  assert.equal(watches().length, 1);
});

test("events that cannot be read are skipped and counted, and the stream goes on", async (t) => {
  const { api, store, counts, watching } = await start(t);
  await watching();
  api.apply(node("a", "1"));
  await eventually("a", () => store.get("a") === "1");
  api.send("Node", "{no json\n");
  api.send("Node", '{"type":"ADDED"}\n');
  api.send("Node", '{"type":"__proto__","object":{}}\n');
  api.send("Node", '{"type":"MODIFIED","object":{"metadata":null}}\n');
  api.send("Node", "null\n");
  api.apply(node("a", "unreadable"));
  api.apply(node("b", "2"));
  await eventually("b", () => store.get("b") === "2");
  assert.equal(store.get("a"), "1");
  assert.equal(counts.skipped, 6);
  assert.equal(counts.restarts, 0);
});

test("an object of a list that cannot be read is skipped, and what was known of it stays", async (t) => {
  const { api, store, counts, watching, turning } = await start(t, (api) => {
    api.apply(node("a", "1"));
  });
  await watching();
  api.intercept = (request) => {
    if (!request.url?.includes("watch=")) return false;
    api.intercept = undefined;
    api.apply(node("a", "unreadable"));
    api.apply(node("b", "1"));
    api.compact();
    return false;
  };
  api.cut();
  await turning("the new list", () => store.get("b") === "1");
  assert.equal(store.get("a"), "1");
  assert.equal(counts.skipped, 1);
});

test("an ERROR event ends the watch, which is taken up from where it was", async (t) => {
  const { api, counts, watching, turning, watches, lists } = await start(t);
  await watching();
  api.send("Node", '{"type":"ERROR","object":{"code":500,"message":"etcd is tired"}}\n');
  await turning("another watch", () => watches().length === 2);
  assert.equal(counts.restarts, 1);
  assert.equal(lists().length, 1);
});

test("a server that is away is asked again after growing waits, until it is back", async (t) => {
  let away = true;
  const { clock, reflector, counts, turning } = await start(t, (api) => {
    api.intercept = (_, response: ServerResponse) => {
      if (away) response.writeHead(503).end();
      return away;
    };
  });
  const waits: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    await eventually("a failure", () => counts.restarts === i + 1 && clock.pending === 1);
    const before = clock.monotonic();
    while (clock.pending === 1) clock.turn(10);
    waits.push(clock.monotonic() - before);
  }
  assert.deepEqual(waits, [250, 500, 1_000, 2_000]);
  away = false;
  await turning("synced", () => reflector.synced);
});

test("an event ends the growth of the waits", async (t) => {
  const { api, clock, store, counts, watching, turning } = await start(t);
  await watching();
  const nextWait = async (failures: number) => {
    await eventually("a failure", () => counts.restarts === failures && clock.pending === 1);
    const before = clock.monotonic();
    while (clock.pending === 1) clock.turn(10);
    return clock.monotonic() - before;
  };
  api.intercept = (_, response) => {
    response.writeHead(503).end();
    return true;
  };
  api.cut();
  assert.equal(await nextWait(1), 250);
  assert.equal(await nextWait(2), 500);
  api.intercept = undefined;
  await turning("another watch", () => api.openWatches === 1);
  api.apply(node("a", "1"));
  await eventually("a", () => store.get("a") === "1");
  const failures = counts.restarts;
  api.cut();
  assert.equal(await nextWait(failures + 1), 250);
});

test("after it is closed nothing is asked any more", async (t) => {
  const { api, clock, reflector, watching } = await start(t);
  await watching();
  await reflector.close();
  const asked = api.requests.length;
  clock.turn(600_000);
  await new Promise(setImmediate);
  assert.equal(api.requests.length, asked);
  assert.equal(clock.pending, 0);
});
