import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { NativestorError } from "../../src/base/errors.ts";
import { claimFacts, gibibyte, roomOf, storageClassFacts } from "../support/fake-view.ts";
import {
  createExtenderRig,
  type ExtenderRig,
  type FilterAnswer,
  nodeOffering,
  podDemanding,
} from "../support/extender-rig.ts";

let rig: ExtenderRig;
const rigs: ExtenderRig[] = [];

beforeEach(async () => {
  rig = await createExtenderRig();
  rigs.push(rig);
});

after(() => Promise.all(rigs.map((one) => one.close())));

async function filter(body: unknown): Promise<FilterAnswer> {
  const { status, text, json } = await rig.post("/filter", body);
  assert.equal(status, 200, text);
  return json() as FilterAnswer;
}

function podWithClaims(...claims: string[]) {
  const volumes = claims.map((claimName, at) => ({ name: `v${at}`, persistentVolumeClaim: { claimName } }));
  return { metadata: { namespace: "default", name: "pod" }, spec: { volumes } };
}

test("nodes that have room pass, the others are unresolvable with one reason each", async () => {
  rig.view.setNode("full", roomOf({ ssd: 1 }));
  rig.view.setNode("roomy", roomOf({ ssd: 100 }));
  rig.view.setNode("hdd", roomOf({ hdd: 100 }));
  assert.deepEqual(await filter({ pod: podDemanding({ ssd: 50 }), nodenames: ["full", "roomy", "hdd"] }), {
    nodenames: ["roomy"],
    failedAndUnresolvableNodes: {
      full: "out of VG free space (ssd: asked 50Gi, at most 100Gi free on one node)",
      hdd: "no capacity annotation (ssd)",
    },
  });
});

test("a demand of exactly the free room fits", async () => {
  rig.view.setNode("a", roomOf({ ssd: 50 }));
  assert.deepEqual(await filter({ pod: podDemanding({ ssd: 50 }), nodenames: ["a"] }), { nodenames: ["a"] });
});

test("every demanded class has to fit", async () => {
  rig.view.setNode("a", roomOf({ ssd: 50, hdd: 1 }));
  const { nodenames } = await filter({ pod: podDemanding({ ssd: 1, hdd: 2 }), nodenames: ["a"] });
  assert.deepEqual(nodenames, []);
});

test("/predicate is the same as /filter", async () => {
  rig.view.setNode("a", roomOf({ ssd: 1 }));
  const body = { pod: podDemanding({ ssd: 2 }), nodenames: ["a", "b"] };
  assert.equal((await rig.post("/predicate", body)).text, (await rig.post("/filter", body)).text);
});

test("a name that the view does not know has no capacity annotation", async () => {
  const { failedAndUnresolvableNodes } = await filter({ pod: podDemanding({ ssd: 1 }), nodenames: ["ghost"] });
  assert.deepEqual(failedAndUnresolvableNodes, { ghost: "no capacity annotation (ssd)" });
});

test("the same reason is told of every node that lacks room", async () => {
  rig.view.setNode("a", roomOf({ ssd: 1 }));
  rig.view.setNode("b", roomOf({ ssd: 2 }));
  const { failedAndUnresolvableNodes = {} } = await filter({ pod: podDemanding({ ssd: 3 }), nodenames: ["a", "b"] });
  assert.equal(new Set(Object.values(failedAndUnresolvableNodes)).size, 1);
});

test("a node called __proto__ gets its reason like any other", async () => {
  const { text } = await rig.post("/filter", { pod: podDemanding({ ssd: 1 }), nodenames: ["__proto__"] });
  assert.equal(text, '{"nodenames":[],"failedAndUnresolvableNodes":{"__proto__":"no capacity annotation (ssd)"}}');
});

test("a pod that demands nothing passes everywhere, each node once", async () => {
  const body = { pod: podDemanding({}), nodenames: ["a", "b", "a"] };
  assert.deepEqual(await filter(body), { nodenames: ["a", "b"] });
});

test("an annotation that is no int64 is left out of the demand", async () => {
  for (const bad of ["", "abc", "1.5", "9223372036854775808", " 1"])
    assert.deepEqual(await filter({ pod: podDemanding({ ssd: bad }), nodenames: ["a"] }), { nodenames: ["a"] });
});

test("a negative annotation fits nowhere", async () => {
  rig.view.setNode("a", roomOf({ ssd: 1000 }));
  assert.deepEqual((await filter({ pod: podDemanding({ ssd: "-1" }), nodenames: ["a"] })).nodenames, []);
});

test("full nodes come back as the bytes that were sent", async () => {
  const roomy =
    '{ "metadata":{"name":"roomy","annotations":{"capacity.topolvm.io/ssd":"99999999999"}}, "n": 1.0, "big":123456789012345678901 }';
  const full = '{"metadata":{"name":"full","annotations":{"capacity.topolvm.io/ssd":"1"}}}';
  const also = roomy.replace("roomy", "also");
  const pod = JSON.stringify(podDemanding({ ssd: 1 }));
  const { text } = await rig.post(
    "/filter",
    `{"Pod":${pod},"Nodes":{"items":[${roomy},${also},${full},${roomy.replace("roomy", "third")}]}}`,
  );
  const reason = "out of VG free space (ssd: asked 1Gi, at most 93.13Gi free on one node)";
  assert.equal(
    text,
    `{"nodes":{"metadata":{},"items":[${roomy},${also},${roomy.replace("roomy", "third")}]},"failedAndUnresolvableNodes":{"full":"${reason}"}}`,
  );
});

test("a full node that the view knows counts as the view says", async () => {
  rig.view.setNode("a", roomOf({ ssd: 0 }));
  const { failedAndUnresolvableNodes } = await filter({
    pod: podDemanding({ ssd: 1 }),
    nodes: { items: [nodeOffering("a", { ssd: 1000 })] },
  });
  assert.deepEqual(failedAndUnresolvableNodes, {
    a: "out of VG free space (ssd: asked 1Gi, at most 0 free on one node)",
  });
});

test("a full node that the view does not know counts as its annotations say", async () => {
  const { nodes, failedAndUnresolvableNodes } = await filter({
    pod: podDemanding({ ssd: 1 }),
    nodes: { items: [nodeOffering("a", { ssd: 1000 }), nodeOffering("b", { ssd: "1e9" })] },
  });
  assert.deepEqual(
    nodes?.items.map(({ metadata }) => metadata.name),
    ["a"],
  );
  assert.deepEqual(failedAndUnresolvableNodes, { b: "bad capacity annotation: 1e9" });
});

test("a full list without nodes is answered with one", async () => {
  assert.deepEqual(await filter({ pod: podDemanding({ ssd: 1 }), nodes: { items: null } }), {
    nodes: { metadata: {}, items: [] },
  });
});

test("a pod without annotations demands what its unbound claims ask for", async () => {
  rig.view.setStorageClass(storageClassFacts("ssd", "ssd"));
  rig.view.setClaim(claimFacts("data", { requestBytes: 10n * gibibyte }));
  rig.view.setNode("small", roomOf({ ssd: 9 }));
  rig.view.setNode("large", roomOf({ ssd: 10 }));
  assert.deepEqual((await filter({ pod: podWithClaims("data"), nodenames: ["small", "large"] })).nodenames, ["large"]);
});

test("a claim and a class that have not reached the view yet are looked up", async () => {
  rig.view.setSource({
    claim: (namespace, name) => claimFacts(name, { namespace, storageClass: "new", requestBytes: 10n * gibibyte }),
    storageClass: (name) => storageClassFacts(name, "ssd"),
  });
  rig.view.setNode("small", roomOf({ ssd: 9 }));
  const { failedAndUnresolvableNodes = {} } = await filter({ pod: podWithClaims("data"), nodenames: ["small"] });
  assert.match(failedAndUnresolvableNodes.small ?? "", /^out of VG free space/);
  assert.deepEqual(rig.view.lookups, ["claim default/data", "storageclass new"]);
});

test("nothing is looked up where nothing is missing", async () => {
  rig.view.setStorageClass(storageClassFacts("ssd", "ssd"));
  rig.view.setClaim(claimFacts("data"));
  await filter({ pod: podWithClaims("data"), nodenames: ["a"] });
  assert.deepEqual(rig.view.lookups, []);
});

test("a lookup that fails is an error of the answer, never a yes", async () => {
  rig.view.setSource({
    claim: () => {
      throw new NativestorError("unavailable", "the API server does not answer");
    },
  });
  assert.deepEqual(await filter({ pod: podWithClaims("data"), nodenames: ["a"] }), {
    error: "the API server does not answer",
  });
});

test("a pod of 10,000 claims that nobody knows is an error, without 10,000 lookups", async () => {
  const pod = podWithClaims(...Array.from({ length: 10_000 }, (_, at) => `c${at}`));
  const { error } = await filter({ pod, nodenames: ["a"] });
  assert.match(error ?? "", /names 10000 claims or classes that are not known/);
  assert.deepEqual(rig.view.lookups, []);
});

test("a view that was never read is an error of the answer", async () => {
  rig.view.setHealth({ synced: false, ageMs: Infinity });
  assert.deepEqual(await filter({ pod: podDemanding({ ssd: 1 }), nodenames: ["a"] }), {
    error: "the cluster has not been read yet",
  });
});

test("a view that is too old is an error of the answer", async () => {
  rig.view.setHealth({ synced: true, ageMs: 60_001 });
  const { error } = await filter({ pod: podDemanding({ ssd: 1 }), nodenames: ["a"] });
  assert.equal(
    error,
    "what is known of the cluster is 61 s old, and at most 60 s are allowed: its source does not answer",
  );
});

test("a view of just the allowed age is used", async () => {
  rig.view.setHealth({ synced: true, ageMs: 60_000 });
  assert.deepEqual(await filter({ pod: podDemanding({}), nodenames: ["a"] }), { nodenames: ["a"] });
});
