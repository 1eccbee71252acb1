import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../support/https-client.ts";
import { startTestServer } from "../support/test-server.ts";

test("/healthz is ok whether or not the server is ready", async (t) => {
  const { to } = await startTestServer(t, { readiness: () => ({ ready: false, reason: "no" }) });
  const { status, text } = await request({ ...to, path: "/healthz" });
  assert.deepEqual([status, text], [200, "ok"]);
});

test("/readyz is ok when the server is ready", async (t) => {
  const { to } = await startTestServer(t);
  assert.equal((await request({ ...to, path: "/readyz" })).status, 200);
});

test("/readyz says why it is not", async (t) => {
  const { to } = await startTestServer(t, {
    readiness: () => ({ ready: false, reason: "the cluster has not been read yet" }),
  });
  const { status, json } = await request({ ...to, path: "/readyz" });
  assert.deepEqual(
    [status, json()],
    [503, { error: "Service Unavailable", message: "the cluster has not been read yet" }],
  );
});

test("/metrics shows the registry", async (t) => {
  const { to } = await startTestServer(t);
  const { text, headers } = await request({ ...to, path: "/metrics" });
  assert.match(headers["content-type"] ?? "", /^text\/plain/);
  assert.match(text, /^nativestor_certificate_expiry_timestamp_seconds \d+$/m);
});
