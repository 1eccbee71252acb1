import assert from "node:assert/strict";
import test from "node:test";
import type { KubeAccess, KubeRequest } from "../../../src/kube/access.ts";
import { writeSecret } from "../../../src/certs/cluster/objects.ts";
import { authoritiesData, readAuthorities, readLeaf, secretNames } from "../../../src/certs/cluster/secrets.ts";
import { createAuthority, issueCertificate, validity } from "../../../src/certs/issue.ts";
import { secretOf } from "./world.ts";

const ca = createAuthority({ validity: validity(Date.now(), 3_600_000) });
const other = createAuthority({ validity: validity(Date.now(), 3_600_000) });
const good = { "ca.crt": ca.certificate, "ca.key": ca.key };

test("what is written is read again", () => {
  const found = readAuthorities(secretOf("ca", { ...good, "next.crt": other.certificate, "next.key": other.key }));
  assert.ok(found.state === "good");
  const again = readAuthorities(
    secretOf("ca", authoritiesData({ ...found.content, former: [found.content.signer.x509], formerUntilMs: 5_000 })),
  );
  assert.ok(again.state === "good");
  assert.deepEqual([again.content.former.length, again.content.formerUntilMs], [1, 5_000]);
  assert.equal(again.content.next?.key, other.key);
});

test("what was emptied counts as not there", () => {
  const found = readAuthorities(secretOf("ca", { ...good, "next.crt": "", "next.key": "", "former.crt": "" }));
  assert.ok(found.state === "good");
  assert.equal(found.content.next, undefined);
});

for (const [what, data, because] of [
  ["a certificate that is none", { ...good, "ca.crt": "x" }, /ca\.crt is missing or no PEM/],
  ["a key that is none", { ...good, "ca.key": "x" }, /ca\.key is missing or no PEM/],
  ["a key of another certificate", { ...good, "ca.key": other.key }, /ca\.crt and ca\.key do not belong together/],
  ["a certificate of no authority", certified(), /a certificate in it is of no authority of ours/],
] as const)
  test(`${what} makes the Secret broken, and its key is not told`, () => {
    const found = readAuthorities(secretOf("nativestor-ca", data));
    assert.ok(found.state === "broken");
    assert.match(found.because, because);
    assert.doesNotMatch(found.because, /PRIVATE/);
  });

function certified() {
  const leaf = issueCertificate({ ca, hosts: ["a"], usage: "server", validity: validity(Date.now(), 60_000) });
  return { "ca.crt": leaf.certificate, "ca.key": leaf.key };
}

test("a Secret without our label is foreign, an empty one is as good as none", () => {
  assert.equal(
    readLeaf(secretOf("tls", { "tls.crt": "x" }, { "app.kubernetes.io/managed-by": "Helm" })).state,
    "foreign",
  );
  assert.equal(readLeaf(secretOf("tls", {}, {})).state, "absent");
  assert.equal(readLeaf(undefined).state, "absent");
});

for (const odd of [null, 1, "x", {}, { metadata: null, data: null }, { metadata: { labels: null }, data: [1] }])
  test(`${JSON.stringify(odd)} in place of a Secret is no reason to fall`, () => {
    assert.match(readLeaf(odd).state, /absent|foreign|broken/);
  });

test("a Secret is written on the version that was read, keeps its type, and loses what does not belong there", async () => {
  const asked: { path: string; request: KubeRequest | undefined }[] = [];
  const access: KubeAccess = {
    server: "test",
    request: async (path, request) => void asked.push({ path, request }),
    open: () => Promise.reject(new Error("not asked for")),
    close: async () => undefined,
  };
  const place = { access, namespace: "ns", secrets: secretNames("nativestor"), webhooks: "nativestor" };
  const before = { metadata: { resourceVersion: "7" }, type: "Opaque", data: { "next.key": "eA==" } };
  await writeSecret(place, "nativestor-ca", before, "kubernetes.io/tls", { "ca.crt": "y" });
  assert.equal(asked[0]?.path, "/api/v1/namespaces/ns/secrets/nativestor-ca");
  const body = asked[0]?.request?.body as { metadata: { resourceVersion: string }; type: string; data: object };
  assert.deepEqual(
    [body.metadata.resourceVersion, body.type, body.data],
    ["7", "Opaque", { "ca.crt": "eQ==", "next.key": "" }],
  );
});
