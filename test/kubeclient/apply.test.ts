import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { applyObject, deleteObject, jsonPatch, mergePatch } from "../../src/kube/apply.ts";
import { withFinalizer, withoutFinalizer } from "../../src/kube/finalizers.ts";
import { startFakeApiServer } from "../cluster/fake-api-server.ts";
import { accessTo } from "./support.ts";

const path = "/api/v1/nodes/n1";

async function start(t: TestContext, metadata: object = {}) {
  const api = await startFakeApiServer();
  t.after(() => api.close());
  api.apply({ kind: "Node", metadata: { name: "n1", uid: "u1", ...metadata } });
  const access = accessTo(t, api.url);
  const now = () => api.find("Node", "n1")?.metadata;
  return { api, access, now };
}

function nodeWith(annotations: Record<string, string>, uid = "u1") {
  return { apiVersion: "v1", kind: "Node", metadata: { name: "n1", uid, annotations } };
}

test("apply removes what its manager set before and leaves what others set", async (t) => {
  const { access, now } = await start(t, { annotations: { theirs: "1" } });
  await applyObject(access, path, nodeWith({ a: "1", b: "1" }), "us");
  await applyObject(access, path, nodeWith({ b: "2" }), "us");
  assert.deepEqual(now()?.annotations, { theirs: "1", b: "2" });
});

test("apply with the uid of an object that is gone makes no new one", async (t) => {
  const { api, access } = await start(t);
  api.remove({ kind: "Node", metadata: { name: "n1" } });
  await assert.rejects(applyObject(access, path, nodeWith({}), "us"), { status: 409 });
  assert.equal(api.find("Node", "n1"), undefined);
});

test("a merge patch takes away what is null", async (t) => {
  const { access, now } = await start(t, { annotations: { a: "1", b: "1" } });
  await mergePatch(access, path, { metadata: { annotations: { a: null } } });
  assert.deepEqual(now()?.annotations, { b: "1" });
});

test("a removal for another uid leaves the object", async (t) => {
  const { access, now } = await start(t);
  await assert.rejects(deleteObject(access, path, { uid: "u0" }), { status: 409 });
  assert.ok(now());
  await deleteObject(access, path, { uid: "u1" });
  assert.equal(now(), undefined);
});

test("a finalizer is taken off wherever and however often it stands", async (t) => {
  const finalizers = ["ours", "theirs", "ours"];
  const { access, now } = await start(t, { finalizers });
  await jsonPatch(access, path, withoutFinalizer(finalizers, "ours"));
  assert.deepEqual(now()?.finalizers, ["theirs"]);
});

test("where finalizers have moved meanwhile, none is taken off", async (t) => {
  const { access, now } = await start(t, { finalizers: ["theirs", "ours"] });
  await assert.rejects(jsonPatch(access, path, withoutFinalizer(["ours"], "ours")), { status: 422 });
  assert.deepEqual(now()?.finalizers, ["theirs", "ours"]);
});

test("a finalizer is put on only where nobody wrote meanwhile", async (t) => {
  const { api, access, now } = await start(t);
  const version = String(now()?.resourceVersion);
  await jsonPatch(access, path, withFinalizer([], "ours", version));
  assert.deepEqual(now()?.finalizers, ["ours"]);
  api.apply({ kind: "Node", metadata: { name: "n1", uid: "u1", finalizers: ["theirs"] } });
  await assert.rejects(jsonPatch(access, path, withFinalizer(["ours"], "more", version)), { status: 422 });
});
