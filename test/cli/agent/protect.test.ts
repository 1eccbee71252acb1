import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Registry } from "prom-client";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { protectMetrics } from "../../../src/cli/agent/protect.ts";
import type { KubeAccess } from "../../../src/kube/access.ts";
import { serveMetrics } from "../../../src/lvmd/metrics/serve.ts";
import { request } from "../../support/https-client.ts";

/** An API server that knows one token, whose owner may read. */
const access: KubeAccess = {
  server: "test",
  request: async (path, asked) => {
    const { spec } = (asked ?? {}).body as { spec: { token?: string } };
    const isKnown = spec.token === "reader";
    return { status: path.endsWith("tokenreviews") ? { authenticated: isKnown, user: {} } : { allowed: true } };
  },
  open: () => Promise.reject(new Error("not asked for")),
  close: async () => undefined,
};

async function serving(t: TestContext) {
  const server = await serveMetrics({
    listen: { host: "127.0.0.1", port: 0 },
    registry: new Registry(),
    isReady: () => true,
    log: silentLogger,
    secure: protectMetrics(access, systemClock),
  });
  t.after(() => server.close());
  const port = server.port ?? assert.fail();
  return (path: string, headers: Record<string, string> = {}) =>
    request({ port, path, headers, rejectUnauthorized: false }).then(({ status }) => status);
}

test("an agent's metrics are for tokens whose owner may read them", async (t) => {
  const ask = await serving(t);
  assert.equal(await ask("/metrics", { authorization: "Bearer reader" }), 200);
});

test("an agent's metrics are refused without a token, and with one that nobody knows", async (t) => {
  const ask = await serving(t);
  assert.equal(await ask("/metrics"), 401);
  assert.equal(await ask("/metrics", { authorization: "Bearer invented" }), 401);
});

test("an agent's probes need no token", async (t) => {
  const ask = await serving(t);
  assert.deepEqual([await ask("/healthz"), await ask("/readyz")], [200, 200]);
});
