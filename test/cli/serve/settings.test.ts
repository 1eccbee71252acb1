import assert from "node:assert/strict";
import test from "node:test";
import { serveSettings } from "../../../src/cli/serve/settings.ts";
import { serveTable } from "../../../src/cli/serve/table.ts";
import { parseSettingsFile } from "../../../src/cli/settings/file.ts";
import { resolveSettings, type Sources } from "../../../src/cli/settings/resolve.ts";

const manifests = { manifests: ["dir"] };

function settings(flags: Sources["flags"], more: { env?: Sources["env"]; file?: string } = {}) {
  const env = more.env ?? {};
  const file = more.file === undefined ? undefined : parseSettingsFile("c.yaml", more.file);
  return serveSettings(resolveSettings(serveTable, { flags, env, file }), env);
}

test("a file of topolvm-scheduler sets the divisors and where to listen", () => {
  const { listen, scoring } = settings(manifests, {
    file: "listen: localhost:8000\ndefault-divisor: 10\ndivisors:\n  ssd: 5\n",
  });
  assert.deepEqual(
    [listen, scoring.defaultDivisor, [...scoring.divisors]],
    [{ host: "localhost", port: 8000 }, 10, [["ssd", 5]]],
  );
});

test("a divisor of the empty class is that of the default class", () => {
  assert.deepEqual([...settings(manifests, { file: 'divisors:\n  "": 3\n' }).scoring.divisors], [["00default", 3]]);
});

test("the source is the folder of manifests", () => {
  assert.equal(settings(manifests).source.kind, "manifests");
});

test("the source is the kubeconfig", () => {
  assert.deepEqual(settings({ kubeconfig: ["file"] }).source, { kind: "kubeconfig", path: "file" });
});

test("in a pod the source is the cluster around it", () => {
  assert.deepEqual(settings({}, { env: { KUBERNETES_SERVICE_HOST: "10.0.0.1" } }).source, { kind: "in-cluster" });
});

test("in a pod a folder of manifests may still be asked for", () => {
  assert.equal(settings(manifests, { env: { KUBERNETES_SERVICE_HOST: "10.0.0.1" } }).source.kind, "manifests");
});

test("the legacy names are used when asked for", () => {
  assert.equal(settings({ ...manifests, "legacy-names": true }).names.driver, "topolvm.cybozu.com");
});

for (const [what, flags, message] of [
  ["no source", {}, /^there is no cluster to read: give --manifests DIR .* or --kubeconfig FILE/],
  ["two sources", { ...manifests, kubeconfig: ["x"] }, /^--manifests and --kubeconfig are two sources/],
  ["an emulation without manifests", { kubeconfig: ["x"], emulate: true }, /^--emulate needs --manifests/],
  ["an lvmd without manifests", { kubeconfig: ["x"], lvmd: ["a=b"] }, /^--lvmd needs --manifests/],
  [
    "a walkthrough without the certificate that is required",
    { ...manifests, "require-client-certificate": true, walkthrough: true },
    /^--walkthrough has no client certificate/,
  ],
  [
    "certificates kept in a cluster that is not there",
    { ...manifests, certificates: ["cluster"] },
    /^--certificates=cluster needs a cluster/,
  ],
  [
    "an authority that its certificates would outlive",
    { kubeconfig: ["x"], certificates: ["cluster"], "authority-life": ["8760h"] },
    /^--authority-life must be at least six times --certificate-life/,
  ],
  [
    "certificates that live no time",
    { kubeconfig: ["x"], certificates: ["cluster"], "certificate-life": ["1s"] },
    /^--certificate-life must be at least 5s/,
  ],
  [
    "a host that is none",
    { kubeconfig: ["x"], certificates: ["cluster"], "certificate-host": ["a b"] },
    /^--certificate-host: "a b" is no host/,
  ],
  [
    "protected metrics without a cluster",
    { ...manifests, "protect-metrics": true },
    /^--protect-metrics needs a cluster/,
  ],
  ["a body limit of nothing", { ...manifests, "body-limit": ["0"] }, /^--body-limit must be above 0/],
  [
    "a strategy that is none",
    { ...manifests, strategies: ["ssd=best"] },
    /^--strategy\.ssd must be one of log2, most-free/,
  ],
] as [string, Sources["flags"], RegExp][])
  test(`${what} is refused`, () => {
    assert.throws(() => settings(flags), { code: "invalid-argument", message });
  });

test("certificates are kept in the cluster when asked for", () => {
  const flags = { kubeconfig: ["x"], certificates: ["cluster"], "certificate-host": ["Nativestor.Example"] };
  assert.deepEqual(settings(flags).clusterCertificates, {
    install: "nativestor",
    hosts: ["nativestor.example"],
    authorityLifeMs: 3650 * 86_400_000,
    leafLifeMs: 365 * 86_400_000,
  });
});
