import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, symlink, writeFile } from "node:fs/promises";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { connect } from "node:tls";
import { testAuthority, serverPair, writePair } from "../support/test-certificates.ts";
import { request } from "../support/https-client.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

/** Fingerprint of the certificate that a new connection is shown. */
async function shown(port: number, ca: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, ca });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

/** Resolves when the reload counter has reached `count` for `result`. */
async function reloaded({ registry }: TestServer, result: "success" | "failure", count = 1): Promise<void> {
  const line = `nativestor_certificate_reload_total{result="${result}"} ${count}`;
  while (!(await registry.getSingleMetricAsString("nativestor_certificate_reload_total")).includes(line))
    await new Promise((resolve) => setImmediate(resolve));
}

async function started(t: TestContext) {
  const one = await startTestServer(t);
  return { ...one, before: await shown(one.server.port, one.ca.certificate) };
}

test("a changed pair is taken over while serving, and no request fails", async (t) => {
  const one = await started(t);
  const agent = new https.Agent({ keepAlive: true, maxSockets: 4 });
  t.after(() => agent.destroy());
  const done = new AbortController();
  let answered = 0;
  const load = [agent, agent, false, false].map(async (use) => {
    while (!done.signal.aborted) {
      const { status } = await request({ ...one.to, agent: use, path: "/status" });
      assert.equal(status, 200);
      answered += 1;
    }
  });
  for (const count of [1, 2, 3]) {
    await writePair(one.folder, serverPair(one.ca));
    await reloaded(one, "success", count);
  }
  done.abort();
  await Promise.all(load);
  assert.ok(answered > 10);
  assert.notEqual(await shown(one.server.port, one.ca.certificate), one.before);
});

test("a pair whose halves do not belong together is not taken, and the next good one is", async (t) => {
  const one = await started(t);
  await writeFile(join(one.folder, "tls.crt"), serverPair(one.ca).certificate);
  await reloaded(one, "failure");
  assert.equal(await shown(one.server.port, one.ca.certificate), one.before);
  await writePair(one.folder, serverPair(one.ca));
  await reloaded(one, "success");
  assert.notEqual(await shown(one.server.port, one.ca.certificate), one.before);
});

test("a half-written file is not taken", async (t) => {
  const one = await started(t);
  await writeFile(join(one.folder, "tls.crt"), serverPair(one.ca).certificate.slice(0, 200));
  await reloaded(one, "failure");
  assert.equal(await shown(one.server.port, one.ca.certificate), one.before);
});

test("a Kubernetes secret's swap of ..data is seen", async (t) => {
  const ca = testAuthority();
  const folder = await mkdtemp(join(tmpdir(), "nativestor-secret-"));
  const version = async (name: string) => {
    await mkdir(join(folder, name));
    await writePair(join(folder, name), serverPair(ca));
    await symlink(name, join(folder, "..new"));
    await rename(join(folder, "..new"), join(folder, "..data"));
  };
  await version("..1");
  for (const name of ["tls.crt", "tls.key"]) await symlink(join("..data", name), join(folder, name));
  const one = await startTestServer(t, { tls: { folder } });
  const before = await shown(one.server.port, ca.certificate);
  await version("..2");
  await reloaded(one, "success");
  assert.notEqual(await shown(one.server.port, ca.certificate), before);
});

test("the end of the certificate is a metric", async (t) => {
  const { registry } = await startTestServer(t);
  const text = await registry.getSingleMetricAsString("nativestor_certificate_expiry_timestamp_seconds");
  const seconds = Number(text.split(" ").at(-1));
  assert.ok(Math.abs(seconds - Date.now() / 1000 - 30 * 86_400) < 3600);
});
