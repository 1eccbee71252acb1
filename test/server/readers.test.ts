import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ReviewToken } from "../../src/server/readers.ts";
import { request } from "../support/https-client.ts";
import { clientPair, testAuthority } from "../support/test-certificates.ts";
import { startTestServer } from "../support/test-server.ts";

const reviewToken: ReviewToken = async (token, path) =>
  token === `reader-of-${path}` ? { allowed: true } : { allowed: false, status: 403, reason: `not ${path}` };
const started = (t: TestContext) => startTestServer(t, { reviewToken });

test("metrics are kept from those who show nothing", async (t) => {
  const { to } = await started(t);
  const { status, headers, text } = await request({ ...to, path: "/metrics" });
  assert.deepEqual([status, headers["www-authenticate"]], [401, "Bearer"]);
  assert.doesNotMatch(text, /nativestor_/);
});

for (const path of ["/metrics", "/metrics?x=1", "/metrics/", "//metrics", "/METRICS", "/%6Detrics"])
  test(`${path} tells nothing to those who show nothing`, async (t) => {
    const { to } = await started(t);
    const { status, text } = await request({ ...to, path });
    assert.ok([401, 404].includes(status));
    assert.doesNotMatch(text, /# HELP/);
  });

test("a token whose owner may read gets the metrics", async (t) => {
  const { to } = await started(t);
  const answer = await request({ ...to, path: "/metrics", headers: { authorization: "Bearer reader-of-/metrics" } });
  assert.deepEqual([answer.status, /# HELP/.test(answer.text)], [200, true]);
});

test("a token is refused with the reason", async (t) => {
  const { to } = await started(t);
  const answer = await request({ ...to, path: "/metrics", headers: { authorization: "Bearer x" } });
  assert.deepEqual([answer.status, answer.json()], [403, { error: "Forbidden", message: "not /metrics" }]);
});

for (const authorization of ["Bearer", "Bearer a b", "Basic dTpw", "Bearer \u00e9"])
  test(`"${authorization}" is no token`, async (t) => {
    const { to } = await started(t);
    assert.equal((await request({ ...to, path: "/metrics", headers: { authorization } })).status, 401);
  });

test("a client certificate of the authority gets the metrics", async (t) => {
  const { to, ca } = await started(t);
  const { certificate, key } = clientPair(ca);
  assert.equal((await request({ ...to, path: "/metrics", cert: certificate, key })).status, 200);
});

test("a client certificate of another authority does not", async (t) => {
  const { to } = await started(t);
  const { certificate, key } = clientPair(testAuthority());
  assert.equal((await request({ ...to, path: "/metrics", cert: certificate, key })).status, 401);
});

test("probes stay open", async (t) => {
  const { to } = await started(t);
  assert.equal((await request({ ...to, path: "/healthz" })).status, 200);
});
