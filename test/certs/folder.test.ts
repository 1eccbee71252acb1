import assert from "node:assert/strict";
import test from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { type FolderFiles, ownerOf } from "../../src/certs/folder.ts";
import { createAuthority, createKey, issueCertificate, validFor } from "../../src/certs/issue.ts";
import { signCertificate } from "../../src/certs/x509/sign.ts";
import { createPrivateKey } from "node:crypto";

const validity = validFor(systemClock, 1);
const ca = createAuthority({ validity });
const leaf = issueCertificate({ ca, hosts: ["localhost"], usage: "server", validity });
const complete: FolderFiles = {
  caCertificate: ca.certificate,
  caKey: ca.key,
  certificate: leaf.certificate,
  key: leaf.key,
};
const other = createAuthority({ validity });
const stranger = stranged();

test("an empty folder is nobody's", () => {
  assert.deepEqual(ownerOf({ caCertificate: undefined, caKey: undefined, certificate: undefined, key: undefined }), {
    by: "nobody",
  });
});

for (const [name, files] of Object.entries({
  "a complete folder": complete,
  "a folder with only the authority's key": {
    ...complete,
    caCertificate: undefined,
    certificate: undefined,
    key: undefined,
  },
  "a folder with both keys": { ...complete, caCertificate: undefined, certificate: undefined },
  "a folder without the server's certificate": { ...complete, certificate: undefined },
  "a folder whose server key is gone": { ...complete, key: undefined },
  "a folder whose server key is another": { ...complete, key: createKey() },
}))
  test(`${name} is ours`, () => {
    assert.deepEqual(ownerOf(files), { by: "us" });
  });

for (const [name, files, because] of [
  ["a mounted Secret", { ...complete, caKey: undefined }, /^ca\.key is not there/],
  ["a folder with a broken authority key", { ...complete, caKey: "x" }, /^ca\.key is no private key/],
  ["a folder with a broken server key", { ...complete, key: "x" }, /^tls\.key is no private key/],
  ["a folder with another authority's key", { ...complete, caKey: other.key }, /^ca\.key does not belong to ca\.crt/],
  ["a folder with a broken authority", { ...complete, caCertificate: "x" }, /^ca\.crt is no certificate/],
  ["a folder with a broken certificate", { ...complete, certificate: "x" }, /^tls\.crt is no certificate/],
  ["a folder whose authority is gone", { ...complete, caCertificate: undefined }, /^ca\.crt is not there/],
  [
    "a folder with a certificate of another authority",
    { ...complete, caCertificate: other.certificate, caKey: other.key },
    /^tls\.crt was issued by/,
  ],
  ["a folder with an authority of another name", { ...complete, ...stranger }, /^ca\.crt is of CN=mkcert/],
] as const)
  test(`${name} is others'`, () => {
    const owner = ownerOf(files);
    assert.match(owner.by === "others" ? owner.because : owner.by, because);
  });

function stranged() {
  const caKey = createKey();
  const key = createPrivateKey(caKey);
  const draft = { subject: "mkcert", issuer: "mkcert", validity, publicKey: key, extensions: [] };
  return { caKey, caCertificate: signCertificate(draft, key) };
}
