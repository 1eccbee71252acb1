import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent } from "node:https";
import { connect as connectPlain, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { podDemanding } from "../support/extender-rig.ts";
import { post, request, type RequestOptions } from "../support/https-client.ts";
import { rawConnection } from "../support/raw-connection.ts";
import { startTestServer } from "../support/test-server.ts";

/** How long others may wait for an answer while somebody misbehaves, on a machine that has other things to do. */
const patienceMs = 2_000;

/** Asks as an ordinary scheduler does, over and over while `trouble` lasts; every question has to be answered in time. */
async function answeredDuring(to: RequestOptions, trouble: Promise<unknown>): Promise<number> {
  const body = { pod: podDemanding({}), nodenames: ["a"] };
  const over = new AbortController();
  let slowestMs = 0;
  let answered = 0;
  const end = trouble.finally(() => over.abort());
  while (!over.signal.aborted) {
    const startMs = performance.now();
    assert.equal((await post("/filter", body, to)).status, 200);
    slowestMs = Math.max(slowestMs, performance.now() - startMs);
    answered += 1;
    await wait(5);
  }
  await end;
  assert.ok(slowestMs < patienceMs, `an answer took ${Math.round(slowestMs)} ms`);
  return answered;
}

test("a body of 100 MB is refused by its length, and others are answered meanwhile", async (t) => {
  const { to } = await startTestServer(t);
  const head = `POST /filter HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${100 << 20}\r\n\r\n`;
  const { socket, closed } = await rawConnection({ port: Number(to.port), ca: String(to.ca) });
  socket.write(head);
  await answeredDuring(to, closed);
  assert.match(await closed, /^HTTP\/1\.1 413 /);
});

test("a body of 100 MB without a length is cut off at the limit, and others are answered meanwhile", async (t) => {
  const { to } = await startTestServer(t);
  const piece = Buffer.alloc(1 << 20, 0x20);
  const { socket, closed } = await rawConnection({ port: Number(to.port), ca: String(to.ca) });
  socket.write(
    "POST /filter HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
  );
  // with the last bytes a reset may come in place of the answer
  const ended = closed.catch(() => "");
  const pour = async (): Promise<number> => {
    for (let sent = 0; sent < 100; sent += 1) {
      if (!socket.writable) return sent;
      socket.write(`${piece.length.toString(16)}\r\n`);
      socket.write(piece);
      if (!socket.write("\r\n")) await Promise.race([once(socket, "drain").catch(() => {}), ended]);
    }
    return 100;
  };
  const pouring = pour();
  await answeredDuring(to, pouring);
  assert.ok((await pouring) < 100, "all of it was taken");
  assert.match(await ended, /^(HTTP\/1\.1 413 .*)?$/s);
});

/** Opens so many connections that never say anything, five hundred at a time, and answers how many were closed at once. */
async function openSilent(t: TestContext, port: number, count: number): Promise<number> {
  const sockets: Socket[] = [];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  let closed = 0;
  for (let opened = 0; opened < count; opened += 500) {
    const batch = Array.from({ length: 500 }, () => connectPlain(port, "127.0.0.1"));
    sockets.push(...batch);
    for (const socket of batch)
      socket
        .on("error", () => {})
        .on("close", () => (closed += 1))
        .resume();
    // whichever comes: some are closed before they know that they were open
    const settled = (socket: Socket) =>
      new Promise<void>((resolve) => socket.once("connect", resolve).once("close", () => resolve()));
    await Promise.all(batch.map(settled));
  }
  return closed;
}

test("10,000 connections that say nothing are bounded, and those who were there before are answered meanwhile", async (t) => {
  const { to, server } = await startTestServer(t, { limits: { maxConnections: 300, handshakeMs: 500 } });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  assert.equal((await request({ ...to, agent, path: "/status" })).status, 200);
  const flood = openSilent(t, server.port, 10_000);
  await answeredDuring({ ...to, agent }, flood);
  assert.ok((await flood) > 5_000, `only ${await flood} were closed`);
});

test("after a flood of connections newcomers are answered again", async (t) => {
  const { to, server } = await startTestServer(t, { limits: { maxConnections: 100, handshakeMs: 300 } });
  await openSilent(t, server.port, 500);
  // each of them has to have shown itself in this time
  for (const endMs = performance.now() + 10_000; ; await wait(50)) {
    const status = await request({ ...to, path: "/status" }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    assert.ok(performance.now() < endMs, "nobody is let in any more");
  }
});

test("two hundred clients that send a head byte by byte are closed in the end, and others are answered meanwhile", async (t) => {
  const { to, server } = await startTestServer(t, { limits: { headMs: 1_000, requestMs: 2_000, checkEveryMs: 50 } });
  const slow = await Promise.all(
    Array.from({ length: 200 }, () => rawConnection({ port: server.port, ca: String(to.ca) })),
  );
  const dripping = slow.map(async ({ socket, closed }) => {
    const text = `GET /status HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(1_000)}`;
    for (let at = 0; at < text.length && socket.writable; at += 1) {
      socket.write(text[at] ?? "");
      await wait(20);
    }
    return closed;
  });
  const all = Promise.all(dripping);
  assert.ok((await answeredDuring(to, all)) > 10);
  assert.ok((await all).every((text) => text === "" || text.startsWith("HTTP/1.1 408")));
});
