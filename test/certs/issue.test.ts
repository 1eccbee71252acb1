import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import test from "node:test";
import tls from "node:tls";
import { systemClock } from "../../src/base/clock.ts";
import { hostsOf } from "../../src/certs/hosts.ts";
import { createAuthority, issueCertificate, type KeyPair, validFor } from "../../src/certs/issue.ts";

const validity = validFor(systemClock, 1);
const ca = createAuthority({ validity });

function issue(hosts: string[], usage: "server" | "client" = "server"): KeyPair {
  return issueCertificate({ ca, hosts, usage, validity });
}

test("an authority may sign certificates, and what it signs is no authority", () => {
  const authority = new X509Certificate(ca.certificate);
  const leaf = new X509Certificate(issue(["localhost"]).certificate);
  assert.deepEqual([authority.ca, leaf.ca], [true, false]);
});

test("a certificate is issued and signed by its authority", () => {
  const authority = new X509Certificate(ca.certificate);
  const leaf = new X509Certificate(issue(["localhost"]).certificate);
  assert.deepEqual([leaf.checkIssued(authority), leaf.verify(authority.publicKey)], [true, true]);
});

test("a certificate names its hosts in their order, each once", () => {
  const { certificate } = issue(["b.example", "10.1.2.3", "::1", "B.example"]);
  assert.deepEqual(hostsOf(new X509Certificate(certificate)), ["b.example", "10.1.2.3", "::1"]);
});

test("a certificate ends when it shall", () => {
  const { certificate } = issueCertificate({
    ca,
    hosts: ["a"],
    usage: "server",
    validity: { notBeforeMs: Date.UTC(2030, 0, 1), notAfterMs: Date.UTC(2060, 5, 7, 8, 9, 10) },
  });
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  assert.deepEqual(
    [validFromDate.toISOString(), validToDate.toISOString()],
    ["2030-01-01T00:00:00.000Z", "2060-06-07T08:09:10.000Z"],
  );
});

test("two certificates never share a serial number", () => {
  const serials = Array.from({ length: 50 }, () => new X509Certificate(issue(["a"]).certificate).serialNumber);
  assert.equal(new Set(serials).size, 50);
});

test("an authority that is made again for the same key verifies what it issued before", () => {
  const leaf = issue(["localhost"]);
  const renewed = new X509Certificate(createAuthority({ validity, key: ca.key }).certificate);
  const certificate = new X509Certificate(leaf.certificate);
  assert.deepEqual([certificate.checkIssued(renewed), certificate.verify(renewed.publicKey)], [true, true]);
});

test("a server's certificate without a host is refused", () => {
  assert.throws(() => issue([]), { code: "invalid-argument", message: /at least one host/ });
});

test("a key that is none is refused by name", () => {
  const wrong = { ca: { ...ca, key: "-----BEGIN" }, hosts: ["a"], usage: "server", validity } as const;
  assert.throws(() => issueCertificate(wrong), { code: "invalid-argument", message: /^ca key is no private key/ });
});

for (const host of ["localhost", "127.0.0.1"])
  test(`a TLS client that trusts the authority accepts the server as ${host}`, async (t) => {
    const port = await listen(t, issue(["localhost", "127.0.0.1"]));
    const socket = tls.connect({ host: "127.0.0.1", port, ca: ca.certificate, ...identity(host) });
    t.after(() => socket.destroy());
    await once(socket, "secureConnect");
    assert.equal(socket.authorized, true);
  });

test("a TLS client refuses the server under a name that is not in the certificate", async (t) => {
  const port = await listen(t, issue(["localhost"]));
  const socket = tls.connect({ host: "127.0.0.1", port, ca: ca.certificate, servername: "other.example" });
  t.after(() => socket.destroy());
  await assert.rejects(once(socket, "secureConnect"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
});

test("a TLS client refuses a certificate for clients as a server's", async (t) => {
  const port = await listen(t, issue(["localhost"], "client"));
  const socket = tls.connect({ host: "127.0.0.1", port, ca: ca.certificate, servername: "localhost" });
  t.after(() => socket.destroy());
  await assert.rejects(once(socket, "secureConnect"), { code: "INVALID_PURPOSE" });
});

test("a TLS server accepts a client with a client's certificate", async (t) => {
  const port = await listen(t, issue(["localhost"]), {
    requestCert: true,
    rejectUnauthorized: true,
    ca: ca.certificate,
  });
  const client = issue([], "client");
  const socket = tls.connect({
    host: "127.0.0.1",
    port,
    ca: ca.certificate,
    servername: "localhost",
    cert: client.certificate,
    key: client.key,
  });
  t.after(() => socket.destroy());
  // with TLS 1.3 a refused client learns of it only when it reads
  const [data] = await once(socket, "data");
  assert.equal(String(data), "hello");
});

function identity(host: string): tls.ConnectionOptions {
  return host === "localhost" ? { servername: host } : {};
}

async function listen(t: test.TestContext, pair: KeyPair, options: tls.TlsOptions = {}): Promise<number> {
  const server = tls.createServer({ cert: pair.certificate, key: pair.key, ...options }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.write("hello");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}
