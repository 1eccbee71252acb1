import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { silentLogger } from "../../../src/base/log.ts";
import { ensureCertificates } from "../../../src/certs/ensure.ts";
import { prepareCertificates } from "../../../src/cli/serve/certificates.ts";
import type { Source } from "../../../src/cli/serve/settings.ts";
import { handClock, scratchFolder } from "../../certs/support.ts";

const manifests: Source = { kind: "manifests", folder: ".", lvmd: new Map(), emulate: false };
const means = { clock: handClock().clock, log: silentLogger };

function settings(certDir: string, source: Source, host = "0.0.0.0") {
  return { certDir, source, listen: { host, port: 9443 } };
}

async function hostsIn(folder: string): Promise<readonly string[]> {
  const kept = await ensureCertificates({ folder, hosts: undefined, coverage: "exactly", ...means });
  return kept.server.hosts;
}

test("away from a cluster certificates are made", async (t) => {
  const folder = await scratchFolder(t);
  const { authority, stop } = await prepareCertificates(settings(folder, manifests), means);
  t.after(stop);
  assert.equal(authority?.path, join(folder, "ca.crt"));
});

test("the address that is listened on is among their hosts", async (t) => {
  const folder = await scratchFolder(t);
  const { stop } = await prepareCertificates(settings(folder, manifests, "10.0.0.9"), means);
  t.after(stop);
  assert.deepEqual(await hostsIn(folder), ["localhost", "127.0.0.1", "::1", "10.0.0.9"]);
});

test("hosts that were asked for by hand stay", async (t) => {
  const folder = await scratchFolder(t);
  await ensureCertificates({ folder, hosts: ["nativestor.example"], coverage: "exactly", ...means });
  const { stop } = await prepareCertificates(settings(folder, manifests), means);
  t.after(stop);
  assert.equal((await hostsIn(folder))[0], "nativestor.example");
});

test("on a cluster a folder without certificates is refused, with how to make them", async (t) => {
  const folder = await scratchFolder(t);
  await assert.rejects(prepareCertificates(settings(folder, { kind: "in-cluster" }), means), {
    code: "failed-precondition",
    message: /^there is no tls\.crt in .*nativestor certs --cert-dir/,
  });
  assert.deepEqual(await readdir(folder), []);
});

test("certificates of others are used as they are", async (t) => {
  const folder = await scratchFolder(t);
  await ensureCertificates({ folder, hosts: ["theirs.example"], coverage: "exactly", ...means });
  await rm(join(folder, "ca.key"));
  const { authority } = await prepareCertificates(settings(folder, manifests), means);
  assert.deepEqual(
    [(await readdir(folder)).sort(), authority?.path],
    [["ca.crt", "tls.crt", "tls.key"], join(folder, "ca.crt")],
  );
});
