import type { Registry } from "prom-client";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { type MeasureStep, unmeasured } from "../base/measure.ts";
import type { Names } from "../capacity/names.ts";
import type { KubeAccess } from "../kube/access.ts";
import type { EventRecorder } from "../kube/events/recorder.ts";
import type { ReflectorObserver } from "../kube/reflector.ts";
import type { LvmdClient } from "../lvmd/client.ts";
import { workMetrics } from "./metrics.ts";
import { createCounting } from "./capacity/counting.ts";
import { startCapacityPublisher } from "./capacity/start.ts";
import { lvmdDisk } from "./logical-volume/disk.ts";
import { measuredDisk } from "./logical-volume/measured-disk.ts";
import { selectVolumes } from "./logical-volume/mirror.ts";
import type { NodeVolume } from "./logical-volume/read.ts";
import { startVolumeController } from "./logical-volume/start.ts";

export interface NodeControllersOptions {
  readonly access: KubeAccess;
  readonly names: Names;
  readonly nodeName: string;
  readonly lvmd: Pick<LvmdClient, "volumes" | "groups">;
  readonly lvmdSocket: string;
  /** How long lvmd may be away before the node takes no new volumes. */
  readonly patienceMs: number;
  readonly events: EventRecorder;
  readonly registry: Registry;
  readonly observerOf: (resource: string) => ReflectorObserver;
  /** Tells how long lvmd took for each change. */
  readonly measure?: MeasureStep;
  readonly clock: Clock;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** What runs on a node: its volumes are made real, and its room is published. */
export interface NodeControllers {
  /** Everything has been read once, and lvmd answers. */
  readonly isReady: boolean;
  /** LogicalVolumes of this node. */
  volumes(): Iterable<NodeVolume>;
  /** Device classes that lvmd has, by its last word. */
  deviceClasses(): readonly string[];
  close(): Promise<void>;
}

/** @throws KubeError where the API server cannot be asked how volumes are selected */
export async function startNodeControllers(options: NodeControllersOptions): Promise<NodeControllers> {
  const { access, names, nodeName, observerOf, registry, measure = unmeasured } = options;
  const selection = await selectVolumes(access, names, nodeName);
  const gate = Promise.withResolvers<void>();
  const counting = createCounting(() => publisher.nudge());
  const shared = { ...options, counting, ready: gate.promise, work: workMetrics(registry) };
  const publisher = startCapacityPublisher({ ...shared, observer: observerOf("own-node") });
  const controller = startVolumeController({
    ...shared,
    selection,
    disk: measuredDisk(lvmdDisk(options.lvmd), measure),
    observer: observerOf("logicalvolumes"),
  });
  // generations of former processes are known once both have been read
  void Promise.all([publisher.whenSynced(), controller.whenSynced()]).then(() => gate.resolve());
  return {
    get isReady() {
      return controller.synced && publisher.isLvmdUp;
    },
    volumes: () => controller.volumes(),
    deviceClasses: () => publisher.deviceClasses,
    close: async () => {
      gate.resolve();
      await Promise.all([controller.close(), publisher.close()]);
    },
  };
}
