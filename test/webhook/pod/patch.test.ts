import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyPatch, type Operation } from "rfc6902";
import type { PodDemand } from "../../../src/capacity/demand.ts";
import { currentNames, legacyNames } from "../../../src/capacity/names.ts";
import { mutatePod } from "../../../src/webhook/pod/patch.ts";

type Json = Record<string, unknown>;

function demandOf(unbound: Record<string, bigint>, missingClaims: string[] = []): PodDemand {
  return {
    unbound: new Map(Object.entries(unbound)),
    bound: new Map(),
    parts: [],
    missingClaims,
    missingStorageClasses: [],
  };
}

/** The pod after the patch, by an implementation of RFC 6902 that is not ours. */
function patched(pod: object, demand: PodDemand, names = currentNames): Json {
  const copy = structuredClone(pod) as Json;
  const operations = mutatePod(pod, demand, names, { missingClaims: "mark" });
  const errors = applyPatch(copy, structuredClone(operations) as Operation[]).filter((error) => error !== null);
  assert.deepEqual(errors, []);
  return copy;
}

const marked = { requests: { "topolvm.io/capacity": "1" }, limits: { "topolvm.io/capacity": "1" } };

test("a pod without annotations and resources gets the maps as well", () => {
  const pod = { metadata: { name: "p" }, spec: { containers: [{ name: "a" }, { name: "b" }] } };
  assert.deepEqual(patched(pod, demandOf({ ssd: 5n, "00default": 7n })), {
    metadata: {
      name: "p",
      annotations: { "capacity.topolvm.io/ssd": "5", "capacity.topolvm.io/00default": "7" },
    },
    spec: { containers: [{ name: "a", resources: marked }, { name: "b" }] },
  });
});

test("null stands for a missing map", () => {
  const pod = {
    metadata: { annotations: null },
    spec: { containers: [{ resources: { requests: null, limits: { cpu: "1" } } }] },
  };
  assert.deepEqual(patched(pod, demandOf({ ssd: 5n })), {
    metadata: { annotations: { "capacity.topolvm.io/ssd": "5" } },
    spec: {
      containers: [
        { resources: { requests: { "topolvm.io/capacity": "1" }, limits: { cpu: "1", "topolvm.io/capacity": "1" } } },
      ],
    },
  });
});

test("a pod without metadata gets it", () => {
  const after = patched({ spec: { containers: [{}] } }, demandOf({ ssd: 5n }));
  assert.deepEqual(after.metadata, { annotations: { "capacity.topolvm.io/ssd": "5" } });
});

test("a value of ours that is wrong is replaced", () => {
  const pod = {
    metadata: { annotations: { "capacity.topolvm.io/ssd": "1", team: "shop" } },
    spec: { containers: [{ resources: { requests: { "topolvm.io/capacity": "3" } } }] },
  };
  assert.deepEqual(patched(pod, demandOf({ ssd: 5n })), {
    metadata: { annotations: { "capacity.topolvm.io/ssd": "5", team: "shop" } },
    spec: { containers: [{ resources: marked }] },
  });
});

test("a pod that has been patched needs no patch", () => {
  const demand = demandOf({ ssd: 5n, hdd: 6n });
  const pod = patched({ metadata: {}, spec: { containers: [{}] } }, demand);
  assert.deepEqual(mutatePod(pod, demand, currentNames, { missingClaims: "mark" }), []);
});

test("a slash in a key is written as ~1, and a tilde as ~0", () => {
  const pod = { metadata: { annotations: {} }, spec: { containers: [{ resources: {} }] } };
  const [operation] = mutatePod(pod, demandOf({ "a~b/c": 5n }), currentNames, { missingClaims: "ignore" });
  assert.deepEqual(operation, { op: "add", path: "/metadata/annotations/capacity.topolvm.io~1a~0b~1c", value: "5" });
});

test("the largest sum is written exactly", () => {
  const after = patched({ metadata: {}, spec: { containers: [{}] } }, demandOf({ ssd: 2n ** 63n - 1n }));
  assert.deepEqual(after.metadata, { annotations: { "capacity.topolvm.io/ssd": "9223372036854775807" } });
});

test("the legacy names have a domain of their own", () => {
  const after = patched({ metadata: {}, spec: { containers: [{}] } }, demandOf({ ssd: 5n }), legacyNames);
  assert.deepEqual(after, {
    metadata: { annotations: { "capacity.topolvm.cybozu.com/ssd": "5" } },
    spec: {
      containers: [
        {
          resources: {
            requests: { "topolvm.cybozu.com/capacity": "1" },
            limits: { "topolvm.cybozu.com/capacity": "1" },
          },
        },
      ],
    },
  });
});

test("a claim that is missing leaves a pod alone by default", () => {
  const pod = { metadata: {}, spec: { containers: [{}] } };
  assert.deepEqual(mutatePod(pod, demandOf({}, ["data"]), currentNames, { missingClaims: "ignore" }), []);
});

test("a claim that is missing puts the marker without an annotation on a pod where that is asked for", () => {
  const pod = { metadata: { name: "p" }, spec: { containers: [{}] } };
  assert.deepEqual(patched(pod, demandOf({}, ["data"])), {
    metadata: { name: "p" },
    spec: { containers: [{ resources: marked }] },
  });
});

test("a first container that is null is refused by its field", () => {
  assert.throws(
    () => mutatePod({ spec: { containers: [null] } }, demandOf({ ssd: 1n }), currentNames, { missingClaims: "ignore" }),
    { code: "invalid-argument", message: "spec.containers[0] is missing" },
  );
});

test("annotations that are a list are refused by their field", () => {
  const pod = { metadata: { annotations: ["x"] }, spec: { containers: [{}] } };
  assert.throws(() => mutatePod(pod, demandOf({ ssd: 1n }), currentNames, { missingClaims: "ignore" }), {
    message: "metadata.annotations is an object, not a list",
  });
});

const keys = fc.oneof(
  fc.constantFrom("topolvm.io/capacity", "capacity.topolvm.io/ssd", "capacity.topolvm.io/a~1b", "cpu", "a/b~c"),
  fc.string({ maxLength: 12 }),
);
const texts = fc.option(fc.dictionary(keys, fc.string({ maxLength: 5 }), { maxKeys: 5, noNullPrototype: true }));
const resources = fc.option(
  fc.record(
    { requests: texts, limits: texts, claims: fc.constant([{ name: "gpu" }]) },
    { requiredKeys: [], noNullPrototype: true },
  ),
);
const containers = fc.array(
  fc.record({ name: fc.string(), resources }, { requiredKeys: ["name"], noNullPrototype: true }),
  { minLength: 1, maxLength: 3 },
);
const pods = fc.record(
  {
    kind: fc.constant("Pod"),
    metadata: fc.record({ name: fc.string(), annotations: texts }, { requiredKeys: ["name"], noNullPrototype: true }),
    spec: fc.record({ containers, initContainers: containers }, { noNullPrototype: true }),
  },
  { noNullPrototype: true },
);
const demands = fc.dictionary(
  fc.oneof(fc.constantFrom("ssd", "00default", "a~1b", "a/b"), fc.stringMatching(/^[A-Za-z0-9_~/-]{1,20}$/)),
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  { minKeys: 1, maxKeys: 4, noNullPrototype: true },
);

test("whatever a pod looks like, its annotations and its marker are added and all else stays", () => {
  fc.assert(
    fc.property(pods, demands, (pod, demand) => {
      const before = structuredClone(pod);
      const after = patched(pod, demandOf(demand));
      assert.deepEqual(pod, before, "the pod itself is not touched");
      assert.deepEqual(after, expected(pod, demand));
    }),
  );
});

function expected(pod: Json, demand: Record<string, bigint>): Json {
  const copy = structuredClone(pod) as {
    metadata: { annotations?: Json | null };
    spec: { containers: { resources?: { requests?: Json | null; limits?: Json | null } | null }[] };
  };
  const annotations = Object.entries(demand).map(([key, bytes]) => [`capacity.topolvm.io/${key}`, `${bytes}`]);
  copy.metadata.annotations = merged(copy.metadata.annotations, Object.fromEntries(annotations));
  const [first] = copy.spec.containers;
  assert.ok(first);
  first.resources ??= {};
  first.resources.requests = merged(first.resources.requests, { "topolvm.io/capacity": "1" });
  first.resources.limits = merged(first.resources.limits, { "topolvm.io/capacity": "1" });
  return copy;
}

function merged(a: Json | null | undefined, b: Json): Json {
  return Object.fromEntries([...Object.entries(a ?? {}), ...Object.entries(b)]);
}
