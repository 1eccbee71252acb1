import assert from "node:assert/strict";
import test from "node:test";
import { renderCertificates } from "../../src/cli/roles/certs.ts";
import { paintFor } from "../../src/cli/table.ts";

test("the table says what was made and until when", () => {
  const authority = {
    path: "certs/ca.crt",
    isNew: false,
    notAfterMs: Date.UTC(2036, 10, 21),
    renewAtMs: Date.UTC(2033, 6, 1),
  };
  const server = {
    path: "certs/tls.crt",
    isNew: true,
    notAfterMs: Date.UTC(2027, 10, 24),
    renewAtMs: Date.UTC(2027, 6, 26),
  };
  assert.equal(
    renderCertificates({ authority, server: { ...server, hosts: ["localhost", "::1"] }, clients: [] }, paintFor(false)),
    [
      "FILE           STATE  VALID UNTIL  RENEWED FROM  HOSTS",
      "certs/ca.crt   kept   2036-11-21   2033-07-01",
      "certs/tls.crt  made   2027-11-24   2027-07-26    localhost, ::1",
      "",
    ].join("\n"),
  );
});
