import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { renderChart } from "./harness/helm.ts";

// cert-manager makes Secrets of Certificates, and kubelet starts no pod whose Secret is missing: what one side asks for the
// other side has to mount, under the very names by which we are called

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly secretName: string;
    readonly dnsNames?: readonly string[];
    readonly usages?: readonly string[];
    readonly issuerRef: { readonly kind: string; readonly name: string };
    readonly selfSigned?: object;
    readonly ca?: { readonly secretName: string };
    readonly template: {
      readonly spec: { readonly volumes?: readonly { readonly secret?: { secretName: string } }[] };
    };
  };
}

const values = {
  certificates: { mode: "cert-manager" },
  serve: { clientCertificates: { required: true } },
  monitoring: { monitors: { enabled: true } },
};
const text = renderChart(values);
const objects = parseAllDocuments(text).flatMap((document) => (document.toJS() as Rendered | null) ?? []);
const ofKind = (...kinds: readonly string[]) => objects.filter(({ kind }) => kinds.includes(kind));
const certificates = ofKind("Certificate");
const withUsage = (usage: string) => certificates.filter(({ spec }) => spec.usages?.includes(usage));

test("every Secret that a pod mounts is made by a Certificate", () => {
  const mounted = ofKind("Deployment", "DaemonSet").flatMap(({ spec: { template } }) =>
    (template.spec.volumes ?? []).flatMap(({ secret }) => secret?.secretName ?? []),
  );
  assert.deepEqual([...new Set(mounted)].toSorted(), ["nativestor-client", "nativestor-tls"]);
  const made = new Set(certificates.map(({ spec }) => spec.secretName));
  assert.deepEqual(
    mounted.filter((name) => !made.has(name)),
    [],
  );
});

test("every Certificate has an issuer, and every issuer the Secret of its authority", () => {
  const issuers = ofKind("Issuer");
  for (const { metadata, spec } of certificates)
    assert.ok(
      issuers.some(({ metadata: { name } }) => name === spec.issuerRef.name),
      metadata.name,
    );
  for (const { metadata, spec } of issuers)
    assert.ok(
      spec.selfSigned !== undefined || certificates.some((one) => one.spec.secretName === spec.ca?.secretName),
      metadata.name,
    );
});

test("the server's certificate is for every name by which the service is called", () => {
  const [server, ...others] = withUsage("server auth");
  assert.equal(others.length, 0);
  const called = [...text.matchAll(/(?:https:\/\/|serverName: )([a-z.-]+\.svc)\b/g)].map(([, name]) => name ?? "");
  assert.ok(called.length >= 4, "the scheduler by URL and name, the controller, the monitor");
  assert.deepEqual(
    called.filter((name) => !server?.spec.dnsNames?.includes(name)),
    [],
  );
});

test("the webhooks are told to trust the authority of that certificate", () => {
  const [server] = withUsage("server auth");
  const webhooks = ofKind("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration");
  assert.equal(webhooks.length, 2);
  for (const { metadata } of webhooks)
    assert.equal(
      metadata.annotations?.["cert-manager.io/inject-ca-from"],
      `nativestor-system/${server?.metadata.name ?? ""}`,
    );
});

test("what the scheduler and the controller show is for clients, and of the same authority", () => {
  const [server] = withUsage("server auth");
  assert.deepEqual(
    withUsage("client auth").map(({ spec }) => [spec.secretName, spec.issuerRef]),
    [["nativestor-client", server?.spec.issuerRef]],
  );
});
