import assert from "node:assert/strict";
import https from "node:https";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import type { ServerOptions } from "../../src/server/start.ts";
import { request } from "../support/https-client.ts";
import { rawConnection } from "../support/raw-connection.ts";
import { startTestServer } from "../support/test-server.ts";

/** A clock whose timers of `drainMs` fire when the test says so. */
function heldDrain(drainMs: number) {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const clock: ServerOptions["clock"] = {
    ...systemClock,
    after: (delayMs, run) => {
      if (delayMs !== drainMs) return systemClock.after(delayMs, run);
      void over.then(run);
      return () => {};
    },
  };
  return { clock, end };
}

/** A path whose answer waits until the test says so. */
function slowPath() {
  const { promise: asked, resolve: wasAsked } = Promise.withResolvers<void>();
  const { promise: answer, resolve } = Promise.withResolvers<string>();
  const plugins: ServerOptions["plugins"] = [
    async (app) =>
      void app.get("/slow", async () => {
        wasAsked();
        return answer;
      }),
  ];
  return { plugins, asked, answer: () => resolve("at last") };
}

async function draining(t: TestContext) {
  const { clock, end } = heldDrain(4321);
  const one = await startTestServer(t, { clock, stopTimes: { drainMs: 4321, deadlineMs: 200 } });
  const stopped = one.server.stop();
  return { ...one, stopped, end };
}

test("a server that stops is not ready, and says why", async (t) => {
  const { to, stopped, end } = await draining(t);
  const { status, text } = await request({ ...to, path: "/readyz" });
  end();
  await stopped;
  assert.equal(status, 503);
  assert.match(text, /the server is stopping/);
});

test("it goes on answering for a while and asks its clients to go", async (t) => {
  const { to, stopped, end } = await draining(t);
  const agent = new https.Agent({ keepAlive: true });
  const { status, headers } = await request({ ...to, agent, path: "/status" });
  end();
  await stopped;
  assert.deepEqual([status, headers.connection], [200, "close"]);
});

test("after that it takes no more connections", async (t) => {
  const { to, stopped, end } = await draining(t);
  end();
  await stopped;
  await assert.rejects(request({ ...to, path: "/status" }), { code: "ECONNREFUSED" });
});

test("idle connections are closed", async (t) => {
  const { to, server } = await startTestServer(t);
  const { socket, closed } = await rawConnection({ port: server.port, ca: String(to.ca) });
  socket.write("GET /status HTTP/1.1\r\nhost: x\r\n\r\n");
  await once(socket, "data");
  await server.stop();
  assert.match(await closed, /^HTTP\/1\.1 200 OK/);
});

test("a request under way is answered", async (t) => {
  const slow = slowPath();
  const { to, server } = await startTestServer(t, {
    plugins: slow.plugins,
    stopTimes: { drainMs: 0, deadlineMs: 60_000 },
  });
  const answer = request({ ...to, path: "/slow" });
  await slow.asked;
  const stopped = server.stop();
  slow.answer();
  assert.equal((await answer).text, "at last");
  await stopped;
});

test("a request that takes longer than the deadline is cut off", async (t) => {
  const slow = slowPath();
  const { to, server } = await startTestServer(t, { plugins: slow.plugins, stopTimes: { drainMs: 0, deadlineMs: 50 } });
  const answer = assert.rejects(request({ ...to, path: "/slow" }), { code: "ECONNRESET" });
  await slow.asked;
  await server.stop();
  await answer;
});

test("stopping twice is stopping once", async (t) => {
  const { server } = await startTestServer(t);
  assert.equal(server.stop(), server.stop());
  await server.stop();
});
