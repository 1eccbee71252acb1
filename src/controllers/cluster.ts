import type { Registry } from "prom-client";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Names } from "../capacity/names.ts";
import type { ClusterView } from "../cluster/view.ts";
import type { KubeAccess } from "../kube/access.ts";
import type { EventRecorder } from "../kube/events/recorder.ts";
import type { ReflectorObserver } from "../kube/reflector.ts";
import { startClaimController } from "./claim/start.ts";
import { workMetrics } from "./metrics.ts";
import { startLostNodeController } from "./lost-node/start.ts";
import { type CollectorOptions, startCollector } from "./orphan/collector.ts";
import { clusterHunt } from "./orphan/cluster-hunt.ts";
import type { OrphanedObject } from "./orphan/cluster.ts";
import { orphanMetrics } from "./orphan/metrics.ts";

export interface ClusterControllersOptions {
  /** On which nothing is written once another process leads. */
  readonly access: KubeAccess;
  readonly names: Names;
  readonly view: ClusterView;
  readonly keepsVolumes: boolean;
  readonly orphans: Pick<CollectorOptions<OrphanedObject>, "mode" | "graceMs" | "everyMs">;
  readonly registry: Registry;
  readonly events: EventRecorder;
  readonly observerOf: (resource: string) => ReflectorObserver;
  readonly clock: Clock;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** What runs once in a cluster: claims and nodes that are removed, and what nobody wants any more. Starts at once. */
export function startClusterControllers(options: ClusterControllersOptions): { close(): Promise<void> } {
  const { access, names, observerOf, orphans, registry } = options;
  const work = workMetrics(registry);
  const running = [
    startClaimController({ ...options, work, observer: observerOf("leaving-claims") }),
    startLostNodeController({ ...options, work, observer: observerOf("leaving-nodes") }),
    startCollector({ ...options, ...orphans, hunt: clusterHunt(access, names), metrics: orphanMetrics(registry) }),
  ];
  return { close: async () => void (await Promise.all(running.map((one) => one.close()))) };
}
