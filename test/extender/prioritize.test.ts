import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import fc from "fast-check";
import { NativestorError } from "../../src/base/errors.ts";
import { supplyOf } from "../../src/capacity/supply.ts";
import { createExtenderRig, type ExtenderRig, nodeOffering, podDemanding } from "../support/extender-rig.ts";
import { claimFacts, roomOf, storageClassFacts } from "../support/fake-view.ts";

let rig: ExtenderRig;
const rigs: ExtenderRig[] = [];

beforeEach(async () => {
  rig = await createExtenderRig();
  rigs.push(rig);
});

after(() => Promise.all(rigs.map((one) => one.close())));

async function scores(body: unknown, of = rig): Promise<unknown> {
  const { status, text, json } = await of.post("/prioritize", body);
  assert.equal(status, 200, text);
  return json();
}

/** TopoLVM's score of a class, written down from the contract with floating point numbers as there. */
function topolvmScore(freeBytes: bigint, divisor: number): number {
  if (freeBytes === 0n) return 0;
  const score = Math.trunc(Math.log2(Number(freeBytes >> 30n) / divisor));
  return Math.min(10, Math.max(1, score));
}

test("scores come in the order asked, each node once", async () => {
  rig.view.setNode("a", roomOf({ ssd: 8 }));
  rig.view.setNode("b", roomOf({ ssd: 1024 }));
  assert.deepEqual(await scores({ pod: podDemanding({ ssd: 1 }), nodenames: ["b", "ghost", "a", "b"] }), [
    { host: "b", score: 10 },
    { host: "ghost", score: 0 },
    { host: "a", score: 3 },
  ]);
});

test("with free room in whole GiB the score is TopoLVM's, whatever the divisors", async () => {
  const room = fc.record({ ssd: fc.bigInt(0n, 1n << 60n), hdd: fc.bigInt(0n, 1n << 45n) });
  const divisor = fc.double({ min: 0.01, max: 1e6, noNaN: true });
  await fc.assert(
    fc.asyncProperty(fc.array(room, { minLength: 1, maxLength: 8 }), divisor, divisor, async (rooms, ssd, other) => {
      const one = await createExtenderRig({
        scoring: {
          defaultDivisor: other,
          divisors: new Map([["ssd", ssd]]),
          defaultStrategy: "log2",
          strategies: new Map(),
        },
      });
      for (const [at, free] of rooms.entries()) one.view.setNode(`n${at}`, supplyOf(new Map(Object.entries(free))));
      const got = await scores(
        { pod: podDemanding({ ssd: 1, hdd: 1 }), nodenames: rooms.map((_, at) => `n${at}`) },
        one,
      );
      await one.close();
      const wanted = rooms.map((free, at) => ({
        host: `n${at}`,
        score: Math.min(topolvmScore(free.ssd, ssd), topolvmScore(free.hdd, other)),
      }));
      assert.deepEqual(got, wanted);
    }),
    { numRuns: 50 },
  );
});

test("the full form is scored too", async () => {
  const nodes = { items: [nodeOffering("a", { ssd: 16 }), nodeOffering("b", { ssd: "junk" })] };
  assert.deepEqual(await scores({ Pod: podDemanding({ ssd: 1 }), Nodes: nodes }), [
    { host: "a", score: 4 },
    { host: "b", score: 0 },
  ]);
});

test("a pod that demands nothing gets an empty list", async () => {
  assert.deepEqual(await scores({ pod: podDemanding({}), nodenames: ["a"] }), []);
});

test("a class that is annotated with no number counts in the score", async () => {
  rig.view.setNode("a", roomOf({ ssd: 4 }));
  assert.deepEqual(await scores({ pod: podDemanding({ ssd: "abc" }), nodenames: ["a"] }), [{ host: "a", score: 2 }]);
});

test("a pod without annotations is scored by what its claims ask for", async () => {
  rig.view.setStorageClass(storageClassFacts("ssd", "ssd"));
  rig.view.setClaim(claimFacts("data"));
  rig.view.setNode("a", roomOf({ ssd: 4 }));
  const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "data" } }];
  const pod = { metadata: { namespace: "default", name: "p" }, spec: { volumes } };
  assert.deepEqual(await scores({ pod, nodenames: ["a"] }), [{ host: "a", score: 2 }]);
});

test("a view that is too old answers 503 with the reason", async () => {
  rig.view.setHealth({ synced: true, ageMs: Infinity });
  const { status, json } = await rig.post("/prioritize", { pod: podDemanding({ ssd: 1 }), nodenames: ["a"] });
  assert.equal(status, 503);
  assert.match((json() as { message: string }).message, /its source does not answer/);
});

test("a lookup that fails answers 503 with the reason", async () => {
  rig.view.setSource({
    claim: () => {
      throw new NativestorError("unavailable", "the API server does not answer");
    },
  });
  const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "data" } }];
  const { status, json } = await rig.post("/prioritize", { pod: { spec: { volumes } }, nodenames: ["a"] });
  assert.deepEqual(
    [status, json()],
    [503, { error: "Service Unavailable", message: "the API server does not answer" }],
  );
});
