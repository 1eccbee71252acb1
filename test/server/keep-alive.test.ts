import assert from "node:assert/strict";
import { once } from "node:events";
import { after, it } from "node:test";
import { connect } from "node:tls";
import { Registry } from "prom-client";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { startServer } from "../../src/server/start.ts";
import { certificateFolder, testAuthority } from "../support/test-certificates.ts";

// more than the sockets of both sides take, so that the server has to wait in the middle of its answer
const large = Buffer.alloc(32 << 20, "x");
// more than one TLS record
const body = JSON.stringify({ text: "y".repeat(100_000) });
const request = `POST /large HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

it("answers a request that comes while the answer before it is still being taken", async () => {
  const ca = testAuthority();
  const server = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    tls: { folder: await certificateFolder(ca) },
    extender: async () => {},
    plugins: [
      async (app) => {
        app.post("/large", (_request, reply) => reply.send(large));
      },
    ],
    registry: new Registry(),
    readiness: () => ({ ready: true }),
    bodyLimitBytes: 1 << 20,
    log: silentLogger,
    clock: systemClock,
    stopTimes: { drainMs: 0, deadlineMs: 0 },
  });
  after(() => server.stop());
  const socket = connect({ port: server.port, host: "127.0.0.1", ca: ca.certificate, servername: "localhost" });
  await once(socket, "secureConnect");
  socket.write(request);
  await once(socket, "readable");
  await new Promise((resolve) => socket.write(request, resolve));
  let received = 0;
  for await (const chunk of socket) {
    received += (chunk as Buffer).length;
    if (received > 2 * large.length) break;
  }
  assert.ok(received > 2 * large.length, `the connection ended after ${received} bytes`);
});
