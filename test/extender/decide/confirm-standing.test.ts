import assert from "node:assert/strict";
import { test } from "node:test";
import { currentNames } from "../../../src/capacity/names.ts";
import { confirmStanding } from "../../../src/extender/decide/catalogue.ts";
import { claimFacts, createFakeView, storageClassFacts } from "../../support/fake-view.ts";

const podAged = (ageMs: number) => ({
  namespace: "default",
  name: "p-0",
  annotations: {},
  volumes: [{ claimName: "data-p-0", template: undefined }],
  createdAt: 100_000 - ageMs,
});

function viewWith(facts: Parameters<typeof claimFacts>[1]) {
  const view = createFakeView();
  view.setStorageClass(storageClassFacts("ssd", "ssd"));
  view.setClaim(claimFacts("data-p-0", facts));
  return view;
}

async function asked(facts: Parameters<typeof claimFacts>[1], ageMs: number): Promise<string[]> {
  const view = viewWith(facts);
  await confirmStanding(podAged(ageMs), view, currentNames, 100_000);
  return view.lookups;
}

test("claims of a young pod that stand somewhere already are asked for, since they may have been made anew", async () => {
  assert.deepEqual(await asked({ bound: true }, 1_000), ["confirm default/data-p-0"]);
  assert.deepEqual(await asked({ selectedNode: "a" }, 1_000), ["confirm default/data-p-0"]);
});

test("nothing is asked about claims that stand nowhere, of other drivers, or of pods that have been there for a while", async () => {
  assert.deepEqual(await asked({}, 1_000), []);
  assert.deepEqual(await asked({ bound: true, storageClass: "other" }, 1_000), []);
  assert.deepEqual(await asked({ bound: true }, 10_000), []);
});

test("what the source says takes the place of the claim that was there before", async () => {
  const view = viewWith({ bound: true, uid: "old" });
  view.setSource({ claim: (_namespace, name) => claimFacts(name, { uid: "new" }) });
  await confirmStanding(podAged(0), view, currentNames, 100_000);
  assert.deepEqual([view.claim("default", "data-p-0")?.uid, view.claim("default", "data-p-0")?.bound], ["new", false]);
});
