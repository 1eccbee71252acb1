import assert from "node:assert/strict";
import { test } from "node:test";
import fastify from "fastify";
import fc from "fast-check";
import { Registry } from "prom-client";
import { silentLogger } from "../../src/base/log.ts";
import { webhookRoutes } from "../../src/webhook/routes.ts";
import { claimFacts } from "../support/fake-view.ts";
import { admissionDeps } from "./deps.ts";
import { ephemeral, podOf, reviewJson } from "./reviews.ts";

const deps = admissionDeps({ missingClaims: "mark" });
deps.view.setClaim(claimFacts("data"));
const app = fastify({ onProtoPoisoning: "ignore", onConstructorPoisoning: "ignore" });
void app.register(webhookRoutes({ log: silentLogger, registry: new Registry(), ...deps }));

const urls = fc.constantFrom("/pod/mutate", "/pvc/validate", "/storageclass/validate");
const headers = { "content-type": "application/json" };
const runs = { numRuns: 300 };

const pod = podOf({ name: "d", persistentVolumeClaim: { claimName: "data" } }, ephemeral("scratch", "ssd", "1Gi"));
const claim = {
  metadata: { name: "c", annotations: {} },
  spec: { storageClassName: "ssd", resources: { requests: { storage: "1Gi" } } },
};
const storageClass = {
  metadata: { name: "s" },
  provisioner: "topolvm.io",
  parameters: { "topolvm.io/device-class": "x" },
};

test("whatever JSON comes is answered with a review or a reason", async () => {
  await fc.assert(
    fc.asyncProperty(urls, fc.json({ maxDepth: 4 }), async (url, payload) => {
      const answer = await app.inject({ method: "POST", url, payload, headers });
      assert.equal(answer.statusCode, 400);
      assert.equal(typeof answer.json<{ message: unknown }>().message, "string");
    }),
    runs,
  );
});

/** Replaces one value somewhere in an object. */
function withValueAt(json: unknown, at: number, value: unknown): unknown {
  let left = at;
  const visit = (here: unknown): unknown => {
    left -= 1;
    if (left < 0 && left >= -1) return value;
    if (Array.isArray(here)) return here.map(visit);
    if (typeof here !== "object" || here === null) return here;
    return Object.fromEntries(Object.entries(here).map(([key, child]) => [key, visit(child)]));
  };
  return visit(json);
}

const wrong = fc.oneof(
  fc.constantFrom(null, 0, -1, 1.5, "", "x".repeat(10_000), [], {}, [null], true, "-5Gi", "1e999"),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constant(JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":null}}') as object),
);

test("whatever is wrong in a review, it is answered with a review, and allowed or denied", async () => {
  await fc.assert(
    fc.asyncProperty(
      urls,
      fc.constantFrom(pod, claim, storageClass),
      fc.constantFrom("CREATE", "UPDATE"),
      fc.nat({ max: 40 }),
      wrong,
      async (url, object, operation, at, value) => {
        const payload = reviewJson(withValueAt(object, at, value), { operation, oldObject: object });
        const answer = await app.inject({ method: "POST", url, payload, headers });
        assert.equal(answer.statusCode, 200);
        const { response } = answer.json<{ response: { uid: string; allowed: boolean; status?: { code: number } } }>();
        assert.equal(response.uid, "u-1");
        if (!response.allowed) assert.ok([400, 403].includes(response.status?.code ?? 0));
      },
    ),
    runs,
  );
});

test("nothing that came has changed what all objects have", () => {
  assert.equal(({} as Record<string, unknown>).x, undefined);
});
