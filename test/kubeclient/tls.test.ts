import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import type { TLSSocket } from "node:tls";
import { systemClock } from "../../src/base/clock.ts";
import { createAuthority, issueCertificate, validFor } from "../../src/certs/issue.ts";
import type { TlsMaterial } from "../../src/kube/credentials.ts";
import { accessTo } from "./support.ts";

const validity = validFor(systemClock, 1);
const ca = createAuthority({ validity });
const issue = (usage: "server" | "client", name: string) =>
  issueCertificate({ ca, hosts: usage === "server" ? ["127.0.0.1"] : [], usage, validity, name });

/** An API server that knows clients by their certificates, and answers who they are. */
async function serveTls(t: TestContext): Promise<string> {
  const { certificate: cert, key } = issue("server", "api");
  const server = createServer({ cert, key, ca: ca.certificate, requestCert: true, rejectUnauthorized: false });
  server.on("request", (request, response) => {
    response.end(JSON.stringify((request.socket as TLSSocket).getPeerCertificate().subject?.CN ?? "nobody"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("the server's certificate is checked against the authority", async (t) => {
  const other = createAuthority({ validity });
  const current = async () => ({ headers: {}, tls: { ca: other.certificate } });
  await assert.rejects(accessTo(t, await serveTls(t), { current }).request("/"), {
    code: "unavailable",
    message: /certificate|signature/,
  });
});

test("a client certificate is shown, and a new one is as soon as it is there", async (t) => {
  const tlsOf = (name: string): TlsMaterial => {
    const { certificate, key } = issue("client", name);
    return { ca: ca.certificate, cert: Buffer.from(certificate), key };
  };
  let tls: TlsMaterial = { ca: ca.certificate };
  const access = accessTo(t, await serveTls(t), { current: async () => ({ headers: {}, tls }) });
  assert.equal(await access.request("/"), "nobody");
  tls = tlsOf("first");
  assert.equal(await access.request("/"), "first");
  tls = tlsOf("second");
  assert.equal(await access.request("/"), "second");
});
