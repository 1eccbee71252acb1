import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { currentNames } from "../../src/capacity/names.ts";
import { openKubernetesView } from "../../src/cluster/kubernetes/open.ts";
import { loadKubeAccess } from "../../src/kube/load.ts";
import type { KubeObject } from "../cluster/fake-api-server.ts";
import { nodeObject, viewContract } from "../cluster/view-contract.ts";
import { eventually } from "../support/eventually.ts";
import { ApiError } from "./harness/api.ts";
import { type ControlPlane, startControlPlane } from "./harness/control-plane.ts";
import { until } from "./harness/until.ts";

let plane: ControlPlane;
before(async () => {
  plane = await startControlPlane("view");
});
after(() => plane.stop());

const collections: Record<string, (namespace: string) => string> = {
  Node: () => "/api/v1/nodes",
  PersistentVolumeClaim: (namespace) => `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
  StorageClass: () => "/apis/storage.k8s.io/v1/storageclasses",
};

const collectionOf = ({ kind, metadata }: KubeObject) => collections[kind]?.(metadata.namespace ?? "default") ?? "";
const pathOf = (object: KubeObject) => `${collectionOf(object)}/${object.metadata.name}`;

async function apply(object: KubeObject): Promise<void> {
  try {
    await plane.api.patch(pathOf(object), object);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    await plane.api.create(collectionOf(object), object);
  }
}

async function remove(object: KubeObject): Promise<void> {
  await plane.api.remove(pathOf(object));
  // a claim goes when the controller has seen that nobody uses it
  await until(`${object.metadata.name} is gone`, async () => !(await exists(object)));
}

async function exists(object: KubeObject): Promise<boolean> {
  try {
    await plane.api.get(pathOf(object));
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

async function openView() {
  const access = await loadKubeAccess({ kubeconfig: plane.workspace.path("admin.kubeconfig") });
  const options = { access, names: currentNames, clock: systemClock, log: silentLogger, random: Math.random };
  const view = openKubernetesView(options);
  const close = async () => {
    await view.close();
    await access.close();
  };
  return { view, close };
}

viewContract("a real API server", async () => {
  const { view, close } = await openView();
  const made = new Map<string, KubeObject>();
  return {
    view,
    apply: async (object) => {
      made.set(pathOf(object), object);
      await apply(object);
    },
    remove,
    close: async () => {
      await close();
      for (const object of made.values()) if (await exists(object)) await remove(object);
    },
  };
});

test("a view survives the API server's end, and is right again when it is back", async (t) => {
  const { view, close } = await openView();
  t.after(close);
  await apply(nodeObject("n1", { ssd: "1" }));
  await eventually("n1", () => view.node("n1")?.supply.freeBytes.get("ssd") === 1n);
  await plane.killApiServer();
  await assert.rejects(view.lookupClaim("default", "x"), { code: "unavailable" });
  assert.equal(view.node("n1")?.supply.freeBytes.get("ssd"), 1n);
  await plane.startApiServer();
  await apply(nodeObject("n1", { ssd: "2" }));
  await eventually("what was written since", () => view.node("n1")?.supply.freeBytes.get("ssd") === 2n, 10_000);
  await eventually("a fresh view", () => view.health().ageMs < 6_000, 10_000);
});
