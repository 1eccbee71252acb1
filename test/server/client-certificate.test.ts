import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { connect, type ConnectionOptions } from "node:tls";
import { podDemanding } from "../support/extender-rig.ts";
import { post, request } from "../support/https-client.ts";
import { clientPair, testAuthority } from "../support/test-certificates.ts";
import { startTestServer } from "../support/test-server.ts";

const body = { pod: podDemanding({}), nodenames: [] };
const started = (t: TestContext) => startTestServer(t, { clientAuth: "extender-required" });

test("a client certificate of the folder's authority lets the extender answer", async (t) => {
  const { to, ca } = await started(t);
  const { certificate, key } = clientPair(ca);
  assert.equal((await post("/filter", body, { ...to, cert: certificate, key })).status, 200);
});

test("without a client certificate the extender answers 403 with the reason", async (t) => {
  const { to } = await started(t);
  const answer = await post("/filter", body, to);
  assert.deepEqual(
    [answer.status, answer.json()],
    [403, { error: "Forbidden", message: "a client certificate is required, and none was sent" }],
  );
});

test("a client certificate of another authority is 403 with the reason", async (t) => {
  const { to } = await started(t);
  const { certificate, key } = clientPair(testAuthority());
  const answer = await post("/filter", body, { ...to, cert: certificate, key });
  assert.equal(answer.status, 403);
  assert.match(answer.text, /the client certificate is not accepted/);
});

test("other paths ask for no client certificate", async (t) => {
  const { to } = await started(t);
  assert.equal((await request({ ...to, path: "/healthz" })).status, 200);
});

test("by default no path asks for one", async (t) => {
  const { to } = await startTestServer(t);
  assert.equal((await post("/filter", body, to)).status, 200);
});

/** One GET of /status; the answer, and the session to resume. */
async function statusOver(
  options: ConnectionOptions,
): Promise<{ answer: string; session: Buffer | undefined; isReused: boolean }> {
  const socket = connect({ host: "127.0.0.1", ...options });
  let session: Buffer | undefined;
  socket.on("session", (bytes: Buffer) => {
    session = bytes;
  });
  await once(socket, "secureConnect");
  const isReused = socket.isSessionReused();
  socket.write("GET /status HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  const answer = await text(socket);
  return { answer, session, isReused };
}

for (const version of ["TLSv1.2", "TLSv1.3"] as const)
  test(`a resumed ${version} session without a client certificate is still 403`, async (t) => {
    const { to } = await started(t);
    const options = { port: Number(to.port), ca: to.ca, minVersion: version, maxVersion: version } as ConnectionOptions;
    const first = await statusOver(options);
    const second = await statusOver({ ...options, session: first.session! });
    assert.equal(second.isReused, true);
    assert.match(second.answer, /^HTTP\/1\.1 403 /);
  });
