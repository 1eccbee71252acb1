import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { silentLogger } from "../../src/base/log.ts";
import { ensureCertificates, type EnsureOptions } from "../../src/certs/ensure.ts";
import { hostsOf } from "../../src/certs/hosts.ts";
import { handClock, scratchFolder } from "./support.ts";

const dayMs = 86_400_000;
const names = ["ca.crt", "ca.key", "tls.crt", "tls.key"];

function options(folder: string, more: Partial<EnsureOptions> = {}): EnsureOptions {
  return { folder, hosts: ["localhost"], coverage: "exactly", clock: handClock().clock, log: silentLogger, ...more };
}

async function contents(folder: string): Promise<Record<string, string>> {
  return Object.fromEntries(
    await Promise.all((await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
  ) as Record<string, string>;
}

async function serverCertificate(folder: string): Promise<X509Certificate> {
  return new X509Certificate(await readFile(join(folder, "tls.crt")));
}

test("an empty folder gets an authority and a certificate, and nothing else", async (t) => {
  const folder = await scratchFolder(t);
  await ensureCertificates(options(folder));
  assert.deepEqual((await readdir(folder)).sort(), names);
});

test("the folder is made where it is not there, for its owner only", async (t) => {
  const folder = join(await scratchFolder(t), "deep/certs");
  await ensureCertificates(options(folder));
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
});

test("only the owner may read the files", async (t) => {
  const folder = await scratchFolder(t);
  await ensureCertificates(options(folder));
  const modes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mode & 0o777));
  assert.deepEqual(modes, [0o600, 0o600, 0o600, 0o600]);
});

test("the certificate verifies against the authority and belongs to the key", async (t) => {
  const folder = await scratchFolder(t);
  await ensureCertificates(options(folder));
  const files = await contents(folder);
  const [ca, leaf] = [new X509Certificate(files["ca.crt"] ?? ""), new X509Certificate(files["tls.crt"] ?? "")];
  assert.equal(leaf.verify(ca.publicKey), true);
});

test("what is fresh stays as it is, byte by byte", async (t) => {
  const folder = await scratchFolder(t);
  await ensureCertificates(options(folder));
  const before = await contents(folder);
  const kept = await ensureCertificates(options(folder));
  assert.deepEqual([await contents(folder), kept.server.isNew, kept.authority.isNew], [before, false, false]);
});

test("a certificate is renewed after two thirds of its life, and keeps its key", async (t) => {
  const folder = await scratchFolder(t);
  const { clock, advance } = handClock();
  await ensureCertificates(options(folder, { clock }));
  const before = await contents(folder);
  advance(250 * dayMs);
  await ensureCertificates(options(folder, { clock }));
  const after = await contents(folder);
  const changed = names.filter((name) => before[name] !== after[name]);
  assert.deepEqual(changed, ["tls.crt"]);
});

test("a certificate is not renewed before that", async (t) => {
  const folder = await scratchFolder(t);
  const { clock, advance } = handClock();
  await ensureCertificates(options(folder, { clock }));
  advance(240 * dayMs);
  assert.equal((await ensureCertificates(options(folder, { clock }))).server.isNew, false);
});

test("an authority is renewed for its key, so that old certificates still verify", async (t) => {
  const folder = await scratchFolder(t);
  const { clock, advance } = handClock();
  await ensureCertificates(options(folder, { clock }));
  const old = await serverCertificate(folder);
  advance(2500 * dayMs);
  const kept = await ensureCertificates(options(folder, { clock }));
  const authority = new X509Certificate(await readFile(join(folder, "ca.crt")));
  assert.deepEqual([kept.authority.isNew, old.verify(authority.publicKey)], [true, true]);
});

test("other hosts bring a new certificate", async (t) => {
  const folder = await scratchFolder(t);
  await ensureCertificates(options(folder));
  await ensureCertificates(options(folder, { hosts: ["a.example", "10.0.0.1"] }));
  assert.deepEqual(hostsOf(await serverCertificate(folder)), ["a.example", "10.0.0.1"]);
});

test("hosts that are wanted beside others are added to them", async (t) => {
  const folder = await scratchFolder(t);
  await ensureCertificates(options(folder, { hosts: ["a.example"] }));
  await ensureCertificates(options(folder, { hosts: ["localhost"], coverage: "and-more" }));
  assert.deepEqual(hostsOf(await serverCertificate(folder)), ["a.example", "localhost"]);
});

test("without hosts those of the certificate stay", async (t) => {
  const folder = await scratchFolder(t);
  await ensureCertificates(options(folder, { hosts: ["a.example"] }));
  const kept = await ensureCertificates(options(folder, { hosts: undefined }));
  assert.deepEqual([kept.server.hosts, kept.server.isNew], [["a.example"], false]);
});

test("without hosts a new certificate is for this machine alone", async (t) => {
  const folder = await scratchFolder(t);
  const kept = await ensureCertificates(options(folder, { hosts: undefined }));
  assert.deepEqual(kept.server.hosts, ["localhost", "127.0.0.1", "::1"]);
});

for (const name of names.filter((name) => name !== "ca.key" && name !== "ca.crt"))
  test(`a folder that lost ${name} is completed`, async (t) => {
    const folder = await scratchFolder(t);
    await ensureCertificates(options(folder));
    await rm(join(folder, name));
    await ensureCertificates(options(folder));
    const files = await contents(folder);
    assert.equal(
      new X509Certificate(files["tls.crt"] ?? "").verify(new X509Certificate(files["ca.crt"] ?? "").publicKey),
      true,
    );
  });

test("files of others are named and stay as they are", async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, "tls.crt"), "theirs");
  await writeFile(join(folder, "tls.key"), "theirs");
  await assert.rejects(ensureCertificates(options(folder)), {
    code: "failed-precondition",
    message:
      /were not made by nativestor and stay as they are: ca\.key is not there; choose another folder with --cert-dir$/,
  });
  assert.deepEqual(await contents(folder), { "tls.crt": "theirs", "tls.key": "theirs" });
});

test("many at once leave one authority, one key and a certificate that belongs to them", async (t) => {
  const folder = await scratchFolder(t);
  await Promise.all(Array.from({ length: 8 }, () => ensureCertificates(options(folder))));
  const kept = await ensureCertificates(options(folder));
  assert.deepEqual([(await readdir(folder)).sort(), kept.server.isNew, kept.authority.isNew], [names, false, false]);
});

test("a client gets a certificate that is good for clients only", async (t) => {
  const folder = await scratchFolder(t);
  await ensureCertificates(options(folder, { clients: ["kube-scheduler"] }));
  const certificate = new X509Certificate(await readFile(join(folder, "kube-scheduler.crt")));
  assert.deepEqual([certificate.subject, certificate.keyUsage], ["CN=kube-scheduler", ["1.3.6.1.5.5.7.3.2"]]);
});

test("a client's certificate that is fresh stays as it is", async (t) => {
  const folder = await scratchFolder(t);
  await ensureCertificates(options(folder, { clients: ["kube-scheduler"] }));
  const { clients } = await ensureCertificates(options(folder, { clients: ["kube-scheduler"] }));
  assert.deepEqual(
    clients.map(({ isNew }) => isNew),
    [false],
  );
});

test("a client's certificate of somebody else stays as it is", async (t) => {
  const folder = await scratchFolder(t);
  await writeFile(join(folder, "kube-scheduler.crt"), "theirs");
  await assert.rejects(ensureCertificates(options(folder, { clients: ["kube-scheduler"] })), {
    code: "failed-precondition",
    message: /kube-scheduler\.crt was not issued by nativestor here and stays as it is$/,
  });
});

for (const wrong of ["tls", "ca", "../x", "", "A"])
  test(`${JSON.stringify(wrong)} is no name for a client`, async (t) => {
    const folder = join(await scratchFolder(t), "certs");
    await assert.rejects(ensureCertificates(options(folder, { clients: [wrong] })), { code: "invalid-argument" });
  });
