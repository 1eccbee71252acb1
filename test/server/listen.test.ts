import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { podDemanding } from "../support/extender-rig.ts";
import { post, request } from "../support/https-client.ts";
import { startTestServer } from "../support/test-server.ts";

const anyPort = { host: "127.0.0.1", port: 0 };

test("a port in use is named, with the way to choose another", async (t) => {
  const { server } = await startTestServer(t);
  await assert.rejects(startTestServer(t, { listen: { host: "127.0.0.1", port: server.port } }), {
    code: "failed-precondition",
    message: `port ${server.port} on 127.0.0.1 is in use; choose another with --listen HOST:PORT`,
  });
});

test("a plain port in use is named, and the other listener is closed again", async (t) => {
  const { server } = await startTestServer(t);
  const plainListen = { host: "127.0.0.1", port: server.port };
  await assert.rejects(startTestServer(t, { plainListen }), {
    message: /is in use; choose another with --plain-listen HOST:PORT/,
  });
});

test("an address of another machine is named", async (t) => {
  await assert.rejects(startTestServer(t, { listen: { host: "192.0.2.1", port: 0 } }), {
    message: /192\.0\.2\.1 is no address of this machine/,
  });
});

test("without certificates there is no server, and the missing file is named", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-empty-"));
  await assert.rejects(startTestServer(t, { tls: { folder } }), {
    code: "failed-precondition",
    message: new RegExp(`${join(folder, "tls.crt")} cannot be read`),
  });
});

test("there is no plain listener by default", async (t) => {
  const { server } = await startTestServer(t);
  assert.equal(server.plainPort, undefined);
});

test("the plain listener serves the extender's paths and nothing else", async (t) => {
  const { server } = await startTestServer(t, { plainListen: anyPort });
  const to = { protocol: "http:", port: server.plainPort };
  assert.equal((await request({ ...to, path: "/status" })).text, "ok");
  assert.equal((await post("/predicate", { pod: podDemanding({}), nodenames: [] }, to)).status, 200);
  for (const path of ["/healthz", "/readyz", "/metrics"]) assert.equal((await request({ ...to, path })).status, 404);
});
