import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { currentNames } from "../../src/capacity/names.ts";
import { openKubernetesView } from "../../src/cluster/kubernetes/open.ts";
import { loadKubeAccess } from "../../src/kube/load.ts";
import { after } from "node:test";
import { viewContract } from "../cluster/view-contract.ts";
import { ApiError, type KubeObject } from "./harness/api.ts";
import { startControlPlane } from "./harness/control-plane.ts";
import { until } from "./harness/until.ts";

const plane = await startControlPlane("view");
const kubeconfig = plane.workspace.path("admin.kubeconfig");
after(() => plane.stop());

const collections: Readonly<Record<string, string>> = {
  Node: "/api/v1/nodes",
  PersistentVolumeClaim: "/api/v1/namespaces/default/persistentvolumeclaims",
  StorageClass: "/apis/storage.k8s.io/v1/storageclasses",
};

type Named = Pick<KubeObject, "kind" | "metadata">;

const collectionOf = ({ kind }: Named) => collections[kind ?? ""] ?? "";
const pathOf = (object: Named) => `${collectionOf(object)}/${object.metadata.name}`;

async function apply(object: Named): Promise<void> {
  try {
    await plane.api.create(collectionOf(object), object);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    await plane.api.replace(pathOf(object), object);
  }
}

async function clear(): Promise<void> {
  for (const [kind, collection] of Object.entries(collections)) {
    for (const { metadata } of await plane.api.list(collection)) await plane.api.remove(pathOf({ kind, metadata }));
    await until(`no ${kind} is left`, async () => (await plane.api.list(collection)).length === 0);
  }
}

viewContract("a real API server", async () => {
  await clear();
  const access = await loadKubeAccess({ kubeconfig });
  const view = openKubernetesView({
    access,
    names: currentNames,
    clock: systemClock,
    log: silentLogger,
    random: Math.random,
  });
  const close = async () => {
    await view.close();
    await access.close();
  };
  return { view, apply, remove: (object: Named) => plane.api.remove(pathOf(object)), close };
});
