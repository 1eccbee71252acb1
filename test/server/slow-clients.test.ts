import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectPlain } from "node:net";
import { type TestContext, test } from "node:test";
import type { Limits } from "../../src/server/http/limits.ts";
import { request } from "../support/https-client.ts";
import { rawConnection } from "../support/raw-connection.ts";
import { startTestServer } from "../support/test-server.ts";

async function open(t: TestContext, limits: Partial<Limits>) {
  const { to } = await startTestServer(t, { limits: { checkEveryMs: 20, ...limits } });
  return { to, ...(await rawConnection({ port: Number(to.port), ca: to.ca })) };
}

test("a head that does not come to an end is answered 408 and closed", async (t) => {
  const { socket, closed } = await open(t, { headMs: 50, requestMs: 100 });
  socket.write("GET /status HTTP/1.1\r\nhost: x\r\n");
  assert.match(await closed, /^HTTP\/1\.1 408 Request Timeout.*the request did not arrive in time/s);
});

test("a body that does not come to an end is answered 408 and closed", async (t) => {
  const { socket, closed } = await open(t, { headMs: 50, requestMs: 100 });
  socket.write("POST /filter HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{");
  assert.match(await closed, /^HTTP\/1\.1 408 /);
});

test("large bodies that do not come to an end give their places back", async (t) => {
  const { to, socket, closed } = await open(t, { headMs: 50, requestMs: 100 });
  const head = "POST /filter HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n{";
  const others = await Promise.all([1, 2, 3, 4].map(() => rawConnection({ port: Number(to.port), ca: to.ca })));
  for (const one of [socket, ...others.map((other) => other.socket)]) one.write(head);
  const answers = await Promise.all([closed, ...others.map((other) => other.closed)]);
  assert.equal(answers.filter((answer) => answer.startsWith("HTTP/1.1 503")).length, 1);
  const body = `{"pod":{},"nodenames":[]}${" ".repeat(300_000)}`;
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  assert.equal((await request({ ...to, path: "/filter", method: "POST", headers, body })).status, 200);
});

test("a connection that is not used is closed", async (t) => {
  const { socket, closed } = await open(t, { keepAliveMs: 50 });
  socket.write("GET /status HTTP/1.1\r\nhost: x\r\n\r\n");
  assert.match(await closed, /^HTTP\/1\.1 200 OK/);
});

test("a connection that never speaks is closed", async (t) => {
  const { closed } = await open(t, { silentMs: 50 });
  assert.equal(await closed, "");
});

test("a TLS handshake that does not come to an end is closed", async (t) => {
  const { server } = await startTestServer(t, { limits: { handshakeMs: 50 } });
  const socket = connectPlain(server.port, "127.0.0.1").resume();
  await once(socket, "close");
  assert.equal(socket.bytesRead, 0);
});

test("a connection above the limit is closed, and others live on", async (t) => {
  const { to, server } = await startTestServer(t, { limits: { maxConnections: 1 } });
  const first = await rawConnection({ port: server.port, ca: String(to.ca) });
  const second = connectPlain(server.port, "127.0.0.1").resume();
  await once(second, "close");
  first.socket.write("GET /status HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  assert.match(await first.closed, /^HTTP\/1\.1 200 OK/);
});
