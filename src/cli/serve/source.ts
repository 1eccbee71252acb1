import type { Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { Traces } from "../../cluster/traces.ts";
import type { ClusterView } from "../../cluster/view.ts";
import type { KubeAccess } from "../../kube/access.ts";
import type { Closers } from "./closers.ts";
import type { ServeSettings } from "./settings.ts";
import { spareMemoryUntil } from "./spare-memory.ts";

/** What a view is opened with. */
interface Means {
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: Registry;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly closers: Closers;
}

/** The cluster as the service sees it. */
export interface OpenedView {
  readonly view: ClusterView;
  /** Pods of the folder, as they stand there; none on a cluster. */
  readonly pods: () => readonly unknown[];
  /** What becomes of promises, where somebody tells and somebody wants to know. */
  readonly traces: Traces | undefined;
  /** The API server, on a cluster. */
  readonly access: KubeAccess | undefined;
}

/** Opens the view that the settings ask for. Each source is loaded only where it is used. */
export async function openView({ source, names, reserves }: ServeSettings, means: Means): Promise<OpenedView> {
  const { clock, log, registry, env, closers } = means;
  if (source.kind !== "manifests") {
    const [{ loadKubeAccess }, { openKubernetesView }] = await Promise.all([
      import("../../kube/load.ts"),
      import("../../cluster/kubernetes/open.ts"),
    ]);
    const kubeconfig = source.kind === "kubeconfig" ? source.path : undefined;
    const access = await loadKubeAccess({ kubeconfig, env, clock });
    closers.add(() => access.close());
    const view = openKubernetesView({ access, names, clock, log, random: Math.random, registry, withTraces: reserves });
    closers.add(() => view.close());
    spareMemoryUntil(view.synced());
    return { view, pods: () => [], traces: view.traces, access };
  }
  const { openManifestsView } = await import("../../cluster/manifests/open.ts");
  const view = await openManifestsView({ folder: source.folder, names, clock, log, registry });
  closers.add(() => view.close());
  if (source.emulate || source.lvmd.size > 0) {
    const { attachAll } = await import("./attach-all.ts");
    await attachAll(view, source, means);
  }
  return { view, pods: () => view.pods(), traces: undefined, access: undefined };
}
