import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ServerOptions } from "../../src/server/start.ts";
import { nodeOffering, podDemanding } from "../support/extender-rig.ts";
import { post, type RequestOptions, request } from "../support/https-client.ts";
import { rawConnection } from "../support/raw-connection.ts";
import { startTestServer } from "../support/test-server.ts";

async function answer(t: TestContext, options: RequestOptions) {
  const { to } = await startTestServer(t);
  const { status, headers, json } = await request({ ...to, ...options });
  return { status, allow: headers.allow, body: json() };
}

/** What the server says to bytes that are no request of any client. */
async function answerToRaw(t: TestContext, text: string): Promise<string> {
  const { to } = await startTestServer(t);
  const { socket, closed } = await rawConnection({ port: Number(to.port), ca: to.ca });
  socket.write(text);
  return closed;
}

test("the extender answers over HTTPS", async (t) => {
  const { to } = await startTestServer(t);
  const { status, headers, json } = await post("/filter", { pod: podDemanding({}), nodenames: ["a"] }, to);
  assert.deepEqual([status, json()], [200, { nodenames: ["a"] }]);
  assert.equal(headers["content-type"], "application/json; charset=utf-8");
});

test("/status says ok", async (t) => {
  const { to } = await startTestServer(t);
  const { status, text } = await request({ ...to, path: "/status" });
  assert.deepEqual([status, text], [200, "ok"]);
});

test("a path that nobody serves is 404", async (t) => {
  assert.deepEqual(await answer(t, { path: "/nope?x=1" }), {
    status: 404,
    allow: undefined,
    body: { error: "Not Found", message: "nothing is served at /nope" },
  });
});

test("a wrong method is 405 with the right ones", async (t) => {
  assert.deepEqual(await answer(t, { path: "/filter", method: "PUT" }), {
    status: 405,
    allow: "POST",
    body: { error: "Method Not Allowed", message: "/filter takes POST, not PUT" },
  });
});

test("a method that only WebDAV knows is 405 too", async (t) => {
  const { status, allow } = await answer(t, { path: "/healthz", method: "PROPFIND" });
  assert.deepEqual([status, allow], [405, "GET, HEAD"]);
});

test("a path that cannot be decoded is 400", async (t) => {
  const { status, body } = await answer(t, { path: "/%zz" });
  assert.deepEqual([status, body], [400, { error: "Bad Request", message: "'/%zz' is not a valid url component" }]);
});

test("another content type than JSON is 415, naming it", async (t) => {
  const headers = { "content-type": "application/yaml" };
  assert.deepEqual(await answer(t, { path: "/filter", method: "POST", body: "a: 1", headers }), {
    status: 415,
    allow: undefined,
    body: { error: "Unsupported Media Type", message: 'the content type is application/json, not "application/yaml"' },
  });
});

test("a body without a content type is 415", async (t) => {
  const { status } = await answer(t, { path: "/filter", method: "POST", body: "{}" });
  assert.equal(status, 415);
});

test("JSON with a charset is JSON", async (t) => {
  const { to } = await startTestServer(t);
  const headers = { "content-type": "application/json; charset=utf-8" };
  const { status } = await post("/filter", { pod: podDemanding({}), nodenames: [] }, { ...to, headers });
  assert.equal(status, 200);
});

test("a body in chunks of unknown length is read, large ones too", async (t) => {
  const { to } = await startTestServer(t);
  const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
  const nodenames = Array.from({ length: 40_000 }, (_, at) => `node-${at}`);
  for (const names of [["a"], nodenames]) {
    const body = JSON.stringify({ pod: podDemanding({}), nodenames: names });
    const { status, json } = await request({ ...to, path: "/filter", method: "POST", headers, body });
    assert.deepEqual([status, json()], [200, { nodenames: names }]);
  }
});

test("full nodes come back over the wire as the bytes that were sent", async (t) => {
  const { to } = await startTestServer(t);
  const items = Array.from({ length: 300 }, (_, at) =>
    JSON.stringify(nodeOffering(`n${at}`, { ssd: at })).replace("a/b:c", "é".repeat(5000)),
  );
  const body = `{"Pod":${JSON.stringify(podDemanding({ ssd: 100 }))},"Nodes":{"items":[${items.join(",")}]},"NodeNames":null}`;
  const { status, text } = await post("/filter", body, to);
  assert.equal(status, 200);
  assert.ok(
    text.startsWith(
      `{"nodes":{"metadata":{},"items":[${items.slice(100).join(",")}]},"failedAndUnresolvableNodes":{"n0":`,
    ),
  );
});

test("a declared length above the limit is 413 before the body is sent", async (t) => {
  const { to } = await startTestServer(t);
  const { socket, closed } = await rawConnection({ port: Number(to.port), ca: to.ca });
  socket.write(
    "POST /filter HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n",
  );
  socket.once("data", () => socket.end());
  const text = await closed;
  assert.match(text, /^HTTP\/1\.1 413 Payload Too Large/);
  assert.match(text, /"the body is larger than the 67108864 bytes that are allowed"/);
});

for (const [what, text, wanted] of [
  [
    "bytes that are no HTTP",
    "\x16\x03garbage\r\n\r\n",
    /^HTTP\/1\.1 400 Bad Request.*"message":"no HTTP\/1\.1 request/s,
  ],
  ["an unknown verb", "FLY /filter HTTP/1.1\r\nhost: x\r\n\r\n", /^HTTP\/1\.1 400 Bad Request/],
  [
    "a head that is too large",
    `GET / HTTP/1.1\r\nhost: x\r\na: ${"x".repeat(20_000)}\r\n\r\n`,
    /^HTTP\/1\.1 431 .*too large/s,
  ],
  [
    "two lengths",
    "POST /filter HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    /^HTTP\/1\.1 400 /,
  ],
  [
    "a length beside chunks",
    "POST /filter HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
    /^HTTP\/1\.1 400 /,
  ],
  [
    "a chunk of no size",
    "POST /filter HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    /^HTTP\/1\.1 400 /,
  ],
] as const)
  test(`${what}: answered and closed`, async (t) => {
    assert.match(await answerToRaw(t, text), wanted);
  });

test("a client that hangs up in the middle of a body does no harm", async (t) => {
  const { to } = await startTestServer(t);
  const { socket, closed } = await rawConnection({ port: Number(to.port), ca: to.ca });
  socket.write(
    "POST /filter HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n{",
    () => socket.destroy(),
  );
  await closed;
  assert.equal((await request({ ...to, path: "/status" })).status, 200);
});

test("a plain HTTP client on the TLS port is closed", async (t) => {
  const { to, server } = await startTestServer(t);
  await assert.rejects(request({ protocol: "http:", port: server.port, path: "/status" }));
  assert.equal((await request({ ...to, path: "/status" })).status, 200);
});

test("TLS 1.1 is refused, 1.2 is taken", async (t) => {
  const { to } = await startTestServer(t);
  const old = {
    ...to,
    path: "/status",
    minVersion: "TLSv1.1",
    maxVersion: "TLSv1.1",
    ciphers: "DEFAULT@SECLEVEL=0",
  } as const;
  await assert.rejects(request(old));
  assert.equal((await request({ ...to, path: "/status", maxVersion: "TLSv1.2" })).status, 200);
});

test("other plugins get parsed JSON, and nesting without end is refused", async (t) => {
  const plugins: ServerOptions["plugins"] = [async (app) => void app.post("/echo", async ({ body }) => ({ body }))];
  const { to } = await startTestServer(t, { plugins });
  assert.deepEqual((await post("/echo", '{"a":[1,"]"]}', to)).json(), { body: { a: [1, "]"] } });
  const deep = await post("/echo", `${"[".repeat(5000)}${"]".repeat(5000)}`, to);
  assert.deepEqual(
    [deep.status, deep.json()],
    [400, { error: "Bad Request", message: "the body is nested deeper than 200 levels" }],
  );
  const broken = await post("/echo", "{", to);
  assert.equal(broken.status, 400);
  assert.match(broken.text, /the body is no JSON/);
  const empty = await post("/echo", "  ", to);
  assert.deepEqual([empty.status, empty.json()], [400, { error: "Bad Request", message: "the body is empty" }]);
});

test("an error of our own is 500 without its details", async (t) => {
  const plugins: ServerOptions["plugins"] = [
    async (app) => void app.get("/broken", async () => Promise.reject(new Error("secret"))),
  ];
  const { to } = await startTestServer(t, { plugins });
  const { status, text } = await request({ ...to, path: "/broken" });
  assert.equal(status, 500);
  assert.doesNotMatch(text, /secret/);
});
