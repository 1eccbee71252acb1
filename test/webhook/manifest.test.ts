import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fastify from "fastify";
import { Registry } from "prom-client";
import { parseAllDocuments } from "yaml";
import { silentLogger } from "../../src/base/log.ts";
import { webhookRoutes } from "../../src/webhook/routes.ts";
import { admissionDeps } from "./deps.ts";

interface Webhook {
  readonly name: string;
  readonly clientConfig: { readonly service: { readonly path: string }; readonly caBundle?: string };
  readonly sideEffects: string;
  readonly failurePolicy: string;
  readonly timeoutSeconds: number;
  readonly rules: readonly { readonly scope: string; readonly resources: readonly string[] }[];
  readonly namespaceSelector?: { readonly matchExpressions: readonly Expression[] };
  readonly objectSelector: { readonly matchExpressions: readonly Expression[] };
}

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

const text = readFileSync(new URL("../../deploy/manifests/webhook.yaml", import.meta.url), "utf8");
const configurations = parseAllDocuments(text).map((document) => {
  assert.deepEqual(document.errors, []);
  return document.toJS() as { kind: string; webhooks: Webhook[] };
});
const webhooks = configurations.flatMap((configuration) => configuration.webhooks);

test("every path of the webhook configurations is served", async () => {
  const app = fastify();
  void app.register(webhookRoutes({ log: silentLogger, registry: new Registry(), ...admissionDeps() }));
  await app.ready();
  const paths = webhooks.map((webhook) => webhook.clientConfig.service.path);
  assert.deepEqual(paths, ["/pod/mutate", "/pvc/validate", "/storageclass/validate"]);
  for (const url of paths) assert.ok(app.hasRoute({ method: "POST", url }), url);
});

test("pods are mutated, and claims and StorageClasses validated", () => {
  const resources = configurations.map(({ kind, webhooks }) => [
    kind,
    webhooks.flatMap((webhook) => webhook.rules.flatMap((rule) => rule.resources)),
  ]);
  assert.deepEqual(resources, [
    ["MutatingWebhookConfiguration", ["pods"]],
    ["ValidatingWebhookConfiguration", ["persistentvolumeclaims", "storageclasses"]],
  ]);
});

test("a pod that cannot be decided on is held back, and advice that cannot be given holds nothing back", () => {
  assert.deepEqual(
    webhooks.map((webhook) => webhook.failurePolicy),
    ["Fail", "Ignore", "Ignore"],
  );
});

for (const webhook of webhooks) {
  test(`${webhook.name} has no side effects and a time limit`, () => {
    assert.equal(webhook.sideEffects, "None");
    assert.ok(webhook.timeoutSeconds <= 10);
  });

  test(`${webhook.name} can be kept out by a label`, () => {
    const ignored = { key: "topolvm.io/webhook", operator: "NotIn", values: ["ignore"] };
    assert.deepEqual(webhook.objectSelector.matchExpressions[0], ignored);
  });
}

for (const webhook of webhooks.filter(({ rules }) => rules.some((rule) => rule.scope === "Namespaced"))) {
  test(`${webhook.name} keeps out of kube-system and of our own namespace`, () => {
    assert.deepEqual(webhook.namespaceSelector?.matchExpressions, [
      { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["kube-system", "nativestor-system"] },
      { key: "topolvm.io/webhook", operator: "NotIn", values: ["ignore"] },
    ]);
  });
}
