import assert from "node:assert/strict";
import { test } from "node:test";
import fastify, { type FastifyInstance } from "fastify";
import { pino } from "pino";
import { Registry } from "prom-client";
import { NativestorError } from "../../src/base/errors.ts";
import type { WebhookDeps } from "../../src/webhook/options.ts";
import { webhookRoutes } from "../../src/webhook/routes.ts";
import { claimFacts, type FakeView, gibibyte } from "../support/fake-view.ts";
import { admissionDeps } from "./deps.ts";
import { ephemeral, podOf, podWith, reviewJson } from "./reviews.ts";

interface Setup {
  readonly app: FastifyInstance;
  readonly view: FakeView;
  readonly registry: Registry;
  /** Log lines so far. */
  readonly lines: Record<string, unknown>[];
}

function setUp(options: Partial<WebhookDeps> = {}): Setup {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const registry = new Registry();
  const deps = admissionDeps(options);
  const app = fastify();
  void app.register(webhookRoutes({ log, registry, ...deps }));
  return { app, view: deps.view, registry, lines };
}

async function post(app: FastifyInstance, body: unknown, url = "/pod/mutate") {
  const payload = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await app.inject({ method: "POST", url, payload, headers: { "content-type": "application/json" } });
  return { status: answer.statusCode, json: answer.json<Record<string, unknown>>() };
}

const demanding = podOf(ephemeral("scratch", "ssd", "2Gi"));

test("the answer to a pod with volumes carries the patch", async () => {
  const { app } = setUp();
  const { status, json } = await post(app, reviewJson(demanding));
  assert.equal(status, 200);
  const response = json.response as { patch: string };
  assert.deepEqual(json, {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: { uid: "u-1", allowed: true, patchType: "JSONPatch", patch: response.patch },
  });
  assert.deepEqual(JSON.parse(Buffer.from(response.patch, "base64").toString()), [
    { op: "add", path: "/metadata/annotations", value: { "capacity.topolvm.io/ssd": "2147483648" } },
    { op: "add", path: "/spec/containers/0/resources/requests", value: { "topolvm.io/capacity": "1" } },
    { op: "add", path: "/spec/containers/0/resources/limits", value: { "topolvm.io/capacity": "1" } },
  ]);
});

test("the answer is in the version that was asked in", async () => {
  const { app } = setUp();
  const { json } = await post(app, { ...reviewJson(podOf()), apiVersion: "admission.k8s.io/v1beta1" });
  assert.deepEqual(json, {
    apiVersion: "admission.k8s.io/v1beta1",
    kind: "AdmissionReview",
    response: { uid: "u-1", allowed: true },
  });
});

test("a review that names no version is answered in v1", async () => {
  const { app } = setUp();
  const { json } = await post(app, { request: { uid: "u-1", object: podOf() } });
  assert.equal(json.apiVersion, "admission.k8s.io/v1");
});

test("a dry run is answered like any other", async () => {
  const { app } = setUp();
  const dry = await post(app, reviewJson(demanding, { dryRun: true }));
  assert.deepEqual(dry, await post(app, reviewJson(demanding)));
});

test("the path is found with the timeout that the API server puts behind it", async () => {
  const { app } = setUp();
  assert.equal((await post(app, reviewJson(podOf()), "/pod/mutate?timeout=10s")).status, 200);
});

test("a pod without containers is denied with 403", async () => {
  const { app } = setUp();
  const { status, json } = await post(app, reviewJson({ spec: { containers: [] } }));
  assert.equal(status, 200);
  assert.deepEqual(json.response, {
    uid: "u-1",
    allowed: false,
    status: {
      status: "Failure",
      reason: "Forbidden",
      message: "the pod has no containers: spec.containers needs at least one",
      code: 403,
    },
  });
});

test("lookups that fail are a 500 in the review and of the call, so that the failurePolicy decides", async () => {
  const { app, view } = setUp();
  view.setSource({
    claim: () => {
      throw new NativestorError("unavailable", "connection refused");
    },
  });
  const { status, json } = await post(app, reviewJson(podWith("data")));
  assert.equal(status, 500);
  assert.deepEqual(json.response, {
    uid: "u-1",
    allowed: false,
    status: { status: "Failure", reason: "InternalError", message: "connection refused", code: 500 },
  });
});

test("claims and StorageClasses have paths of their own", async () => {
  const { app } = setUp();
  const storageClass = { metadata: { name: "fast" }, provisioner: "topolvm.io", parameters: { replicas: "3" } };
  const { json } = await post(app, reviewJson(storageClass), "/storageclass/validate");
  assert.deepEqual(json.response, {
    uid: "u-1",
    allowed: true,
    warnings: ['nobody knows the parameter "replicas"'],
  });
  const claim = {
    metadata: { name: "c" },
    spec: { storageClassName: "ssd", resources: { requests: { storage: "8Ei" } } },
  };
  const answer = await post(app, reviewJson(claim), "/pvc/validate");
  assert.deepEqual(answer.json.response, {
    uid: "u-1",
    allowed: true,
    warnings: ['the claim asks for 8Ei of "ssd", and no node has more than 1000Gi free now'],
  });
});

for (const [what, body, message] of [
  ["null", null, "request is missing: the body has to be an AdmissionReview"],
  ["a list", [], "the AdmissionReview is an object, not a list"],
  ["a text", '"x"', "the AdmissionReview is an object, not a string"],
  ["an empty object", {}, "request is missing: the body has to be an AdmissionReview"],
  ["a pod", demanding, "request is missing: the body has to be an AdmissionReview"],
  ["a request that is a number", { request: 1 }, "request is an object, not a number"],
  ["a request without uid", { request: { object: {} } }, "request.uid is missing"],
  ["a uid that is a number", { request: { uid: 1 } }, "request.uid is a string, not a number"],
  ["another kind", { ...reviewJson({}), kind: "ConversionReview" }, 'kind is AdmissionReview, not "ConversionReview"'],
  [
    "a version that is not known",
    { ...reviewJson({}), apiVersion: "admission.k8s.io/v2" },
    'apiVersion is admission.k8s.io/v1 or admission.k8s.io/v1beta1, not "admission.k8s.io/v2"',
  ],
] as const) {
  test(`${what} is no AdmissionReview and gets 400 with the reason`, async () => {
    const { app } = setUp();
    assert.deepEqual(await post(app, body), { status: 400, json: { error: "Bad Request", message } });
  });
}

for (const [what, object, message] of [
  ["no object", null, "request.object is missing"],
  ["an object that is a text", "pod", "request.object is an object, not a string"],
  ["a spec that is a list", { spec: [] }, "spec is an object, not a list"],
  ["containers that are an object", { spec: { containers: {} } }, "spec.containers is a list, not an object"],
  ["volumes that are a number", { spec: { containers: [{}], volumes: 1 } }, "spec.volumes is a list, not a number"],
  [
    "a claim name of 10 KB",
    podWith("x".repeat(10_000)),
    "spec.volumes[0].persistentVolumeClaim.claimName is at most 253 characters long, not 10000",
  ],
  [
    "a first container that is null",
    { ...demanding, spec: { ...demanding.spec, containers: [null] } },
    "spec.containers[0] is missing",
  ],
  [
    "resources that are a text",
    { ...demanding, spec: { ...demanding.spec, containers: [{ resources: "many" }] } },
    "spec.containers[0].resources is an object, not a string",
  ],
] as const) {
  test(`a review with ${what} is denied with 400 and the field`, async () => {
    const { app } = setUp();
    const { status, json } = await post(app, reviewJson(object));
    assert.equal(status, 200);
    assert.deepEqual(json.response, {
      uid: "u-1",
      allowed: false,
      status: { status: "Failure", reason: "BadRequest", message, code: 400 },
    });
  });
}

test("10,000 claims in a pod are answered", async () => {
  const { app, view } = setUp();
  const names = Array.from({ length: 5_000 }, (_, index) => `claim-${index}`);
  for (const name of names) view.setClaim(claimFacts(name, { requestBytes: gibibyte }));
  const missing = names.map((name) => `${name}-missing`);
  const { json } = await post(app, reviewJson(podWith(...names, ...missing)));
  const { patch } = json.response as { patch: string };
  const [first] = JSON.parse(Buffer.from(patch, "base64").toString()) as { value: unknown }[];
  assert.deepEqual(first?.value, { "capacity.topolvm.io/ssd": String(5_000n * gibibyte) });
});

test("deep nesting beside what is looked at does no harm", async () => {
  const { app } = setUp();
  const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  const body = JSON.stringify(reviewJson({ ...demanding, deep: "HERE" })).replace('"HERE"', deep);
  assert.equal((await post(app, body)).status, 200);
});

test("nulls in every place are answered", async () => {
  const { app } = setUp();
  const volumes = [null, {}, { name: null, persistentVolumeClaim: null, ephemeral: null }];
  const pod = { metadata: null, spec: { containers: [{ resources: null }], volumes } };
  const { json } = await post(app, reviewJson(pod, { namespace: null, name: null, kind: null, oldObject: null }));
  assert.deepEqual(json.response, { uid: "u-1", allowed: true });
});

test("answers are counted by what they say", async () => {
  const { app, view, registry } = setUp();
  view.setSource({
    claim: () => {
      throw new Error("away");
    },
  });
  for (const body of [
    reviewJson(podOf()),
    reviewJson(demanding),
    reviewJson(podOf(ephemeral("scratch", "ssd", "8Ei"))),
    reviewJson({}),
    reviewJson(podWith("data")),
    {},
  ])
    await post(app, body);
  const { values } = (await registry.getSingleMetric("nativestor_webhook_answers_total")?.get()) ?? { values: [] };
  const counted = values.filter(({ labels }) => labels.verb === "pod-mutate");
  assert.deepEqual(Object.fromEntries(counted.map(({ labels, value }) => [labels.result, value])), {
    allowed: 1,
    patched: 1,
    warned: 1,
    denied: 1,
    failed: 1,
    malformed: 1,
  });
});

test("the time of every answer is measured", async () => {
  const { app, registry } = setUp();
  await post(app, reviewJson(podOf()));
  assert.match(await registry.metrics(), /nativestor_webhook_duration_seconds_count\{verb="pod-mutate"\} 1/);
});

test("a decision is one line at debug", async () => {
  const { app, lines } = setUp();
  await post(app, reviewJson(demanding, { name: "p" }));
  assert.deepEqual(
    lines.map(({ level, msg, verb, namespace, name }) => ({ level, msg, verb, namespace, name })),
    [{ level: 20, msg: "admitted", verb: "pod-mutate", namespace: "default", name: "p" }],
  );
});

test("a refusal is one line at info with its reason", async () => {
  const { app, lines } = setUp();
  await post(app, reviewJson({}));
  assert.deepEqual(
    lines.map(({ level, msg, reason }) => ({ level, msg, reason })),
    [{ level: 30, msg: "refused", reason: "the pod has no containers: spec.containers needs at least one" }],
  );
});

test("a question that stays open is one line at warn with its reason", async () => {
  const { app, view, lines } = setUp();
  view.setHealth({ synced: false, ageMs: Infinity });
  await post(app, reviewJson(podWith("data")));
  assert.deepEqual(
    lines.map(({ level, reason }) => ({ level, reason })),
    [{ level: 40, reason: "the cluster has not been read yet" }],
  );
});
