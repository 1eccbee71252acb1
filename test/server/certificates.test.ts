import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { connect } from "node:tls";
import pino from "pino";
import { systemClock } from "../../src/base/clock.ts";
import { eventually } from "../support/eventually.ts";
import { podDemanding } from "../support/extender-rig.ts";
import { clientPair, serverPair, testAuthority, writePair } from "../support/test-certificates.ts";
import { post, request } from "../support/https-client.ts";
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

test("files that vanish leave the old pair in use, and those that come again are taken", async (t) => {
  const one = await started(t);
  await Promise.all(["tls.crt", "tls.key"].map((name) => rm(join(one.folder, name))));
  await reloaded(one, "failure");
  assert.equal(await shown(one.server.port, one.ca.certificate), one.before);
  await writePair(one.folder, serverPair(one.ca));
  await reloaded(one, "success");
  assert.notEqual(await shown(one.server.port, one.ca.certificate), one.before);
});

test("the authority is exchanged, first trusted beside the old one, and neither side refuses the other meanwhile", async (t) => {
  const one = await startTestServer(t, { clientAuth: "extender-required" });
  const next = testAuthority();
  const bundle = one.ca.certificate + next.certificate;
  let client = { ca: one.ca.certificate, ...pemOf(clientPair(one.ca)) };
  const done = new AbortController();
  let answered = 0;
  const ask = async () => {
    while (!done.signal.aborted) {
      const { status } = await post("/filter", { pod: podDemanding({}), nodenames: ["a"] }, { ...one.to, ...client });
      assert.equal(status, 200);
      answered += 1;
    }
  };
  const load = Promise.all([ask(), ask()]);
  // 1: both are trusted, by clients, too
  await writeFile(join(one.folder, "ca.crt"), bundle);
  await reloaded(one, "success", 1);
  client = { ...client, ca: bundle };
  // 2: certificates of the new one
  await writePair(one.folder, serverPair(next));
  await reloaded(one, "success", 2);
  client = { ca: bundle, ...pemOf(clientPair(next)) };
  const before = answered;
  await eventually("answers to the new certificate", () => answered >= before + 10);
  // 3: the old one is trusted no more
  await writeFile(join(one.folder, "ca.crt"), next.certificate);
  await reloaded(one, "success", 3);
  client = { ...client, ca: next.certificate };
  done.abort();
  await load;
  const old = { ...one.to, ...client, ...pemOf(clientPair(one.ca)) };
  assert.equal((await post("/filter", { pod: podDemanding({}), nodenames: ["a"] }, old)).status, 403);
});

const pemOf = ({ certificate, key }: { certificate: string; key: string }) => ({ cert: certificate, key });

for (const [what, now, words] of [
  ["has ended", Date.now() + 31 * 86_400_000, /ended at .*, and it is /],
  ["has not begun, by a clock that is wrong", Date.now() - 31 * 86_400_000, /is good from .* on, and it is /],
] as const)
  test(`a certificate that ${what} is served, and told with both times`, async (t) => {
    const lines: string[] = [];
    const log = pino({ level: "error" }, { write: (line: string) => void lines.push(line) });
    const one = await startTestServer(t, { log, clock: { ...systemClock, now: () => now } });
    assert.equal((await request({ ...one.to, path: "/status" })).status, 200);
    const { msg, reason } = JSON.parse(lines[0] ?? "{}") as Record<string, string>;
    assert.equal(msg, "clients will refuse the certificate");
    assert.match(reason ?? "", words);
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
