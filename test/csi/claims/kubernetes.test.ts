import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { kubernetesClaims } from "../../../src/csi/claims/kubernetes.ts";
import { startFakeApiServer } from "../../cluster/fake-api-server.ts";
import { accessTo } from "../../kubeclient/support.ts";

const key = { namespace: "default", name: "data" };
const facts = { ...key, storageClass: undefined, requestBytes: undefined, bound: false };
const selected = { "volume.kubernetes.io/selected-node": "n1" };

async function start(t: TestContext) {
  const api = await startFakeApiServer();
  t.after(() => api.close());
  return { api, access: accessTo(t, api.url) };
}

test("a claim with a node in the view is placed, and nobody is asked", async (t) => {
  const { access } = await start(t);
  const claims = kubernetesClaims({ claim: () => ({ ...facts, selectedNode: "n1" }) }, access);
  assert.equal(await claims.isPlaced(key), true);
});

test("a choice that the view has not seen yet is found at the API server", async (t) => {
  const { api, access } = await start(t);
  api.apply({ kind: "PersistentVolumeClaim", metadata: { ...key, annotations: selected }, spec: {} });
  assert.equal(await kubernetesClaims({ claim: () => facts }, access).isPlaced(key), true);
});

test("a claim without a choice is not placed, and one that is not there is neither", async (t) => {
  const { api, access } = await start(t);
  api.apply({ kind: "PersistentVolumeClaim", metadata: key, spec: {} });
  const claims = kubernetesClaims({ claim: () => undefined }, access);
  assert.equal(await claims.isPlaced(key), false);
  assert.equal(await claims.isPlaced({ ...key, name: "other" }), undefined);
});

test("where the API server does not answer, nobody guesses", async (t) => {
  const { api, access } = await start(t);
  api.intercept = (_, response) => {
    response.writeHead(500, { "content-type": "application/json" }).end("{}");
    return true;
  };
  await assert.rejects(kubernetesClaims({ claim: () => undefined }, access).isPlaced(key), {
    code: "unavailable",
    message: /claim default\/data/,
  });
});
