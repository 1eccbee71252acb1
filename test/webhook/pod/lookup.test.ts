import assert from "node:assert/strict";
import { test } from "node:test";
import { NativestorError } from "../../../src/base/errors.ts";
import type { ClaimFacts, PodFacts } from "../../../src/capacity/demand.ts";
import { lookupVolumes, maxLookups } from "../../../src/webhook/pod/lookup.ts";
import { claimFacts, createFakeView, storageClassFacts } from "../../support/fake-view.ts";

function podOf(claims: readonly string[], templates: readonly ClaimFacts[] = []): PodFacts {
  return {
    namespace: "default",
    name: "p",
    annotations: {},
    volumes: [
      ...claims.map((claimName) => ({ claimName, template: undefined })),
      ...templates.map((template) => ({ claimName: template.name, template })),
    ],
  };
}

const many = Array.from({ length: 10_000 }, (_, index) => `claim-${index}`);

test("each claim and each class is looked up once", async () => {
  const view = createFakeView();
  view.setClaim(claimFacts("a"));
  view.setClaim(claimFacts("b"));
  await lookupVolumes(podOf(["a", "b", "a"], [claimFacts("p-v")]), view);
  assert.deepEqual(view.lookups, ["claim default/a", "claim default/b", "storageclass ssd"]);
});

test("the class of a bound claim is not looked up", async () => {
  const view = createFakeView();
  view.setClaim(claimFacts("a", { bound: true }));
  await lookupVolumes(podOf(["a"]), view);
  assert.deepEqual(view.lookups, ["claim default/a"]);
});

test("10,000 claims are looked up a few at a time, and all of them", async () => {
  const view = createFakeView();
  let underWay = 0;
  let most = 0;
  const catalogue = await lookupVolumes(podOf(many), {
    ...view,
    lookupClaim: async (_namespace, name) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return claimFacts(name);
    },
  });
  assert.equal(most, maxLookups);
  assert.ok(many.every((name) => catalogue.claim("default", name) !== undefined));
});

test("after a lookup has failed no further ones are begun", async () => {
  const view = createFakeView();
  let begun = 0;
  const lookupClaim = async () => {
    begun += 1;
    await new Promise(setImmediate);
    throw new NativestorError("unavailable", "away");
  };
  await assert.rejects(lookupVolumes(podOf(many), { ...view, lookupClaim }), { message: "away" });
  await new Promise(setImmediate);
  assert.equal(begun, maxLookups);
});

test("a name that means something to JavaScript is a name like any other", async () => {
  const view = createFakeView();
  view.setStorageClass(storageClassFacts("constructor", "ssd"));
  view.setClaim(claimFacts("__proto__", { storageClass: "constructor" }));
  const catalogue = await lookupVolumes(podOf(["__proto__", "toString"]), view);
  assert.equal(catalogue.claim("default", "__proto__")?.name, "__proto__");
  assert.equal(catalogue.claim("default", "toString"), undefined);
  assert.equal(catalogue.storageClass("constructor")?.name, "constructor");
});
