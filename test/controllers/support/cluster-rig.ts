import type { TestContext } from "node:test";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { openKubernetesView } from "../../../src/cluster/kubernetes/open.ts";
import { startFakeApiServer } from "../../cluster/fake-api-server.ts";
import { accessTo } from "../../kubeclient/support.ts";

/** The twin of an API server with a StorageClass of ours and one of others, and what controllers are started with. */
export async function clusterRig(t: TestContext) {
  const api = await startFakeApiServer();
  t.after(() => api.close());
  api.apply({ kind: "StorageClass", metadata: { name: "ours" }, provisioner: "topolvm.io" });
  api.apply({ kind: "StorageClass", metadata: { name: "theirs" }, provisioner: "other.example" });
  const access = accessTo(t, api.url);
  const shared = {
    access,
    names: currentNames,
    observer: { restarted: () => undefined, relisted: () => undefined, skipped: () => undefined },
    work: () => ({}),
    clock: systemClock,
    random: () => 0.5,
    log: silentLogger,
  };
  const view = openKubernetesView(shared);
  t.after(() => view.close());
  await view.synced();

  const leaving = "2026-11-24T20:00:00Z";
  const claim = (name: string, storageClass: string, metadata: object = {}) =>
    api.apply({
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace: "app", uid: `uid-${name}`, ...metadata },
      spec: { storageClassName: storageClass },
    });
  const pod = (name: string, claimName: string, namespace = "app", more: object = {}) =>
    api.apply({
      kind: "Pod",
      metadata: { name, namespace, uid: `uid-${name}` },
      spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] },
      ...more,
    });
  const pods = () => api.all("Pod").map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return { api, access, view, shared, leaving, claim, pod, pods };
}
