import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { createNode, createStorageClasses } from "./objects.ts";
import type { Program } from "./program.ts";
import { startProvisioner } from "./provisioner.ts";
import { type Extender, type SchedulerOptions, startScheduler } from "./scheduler.ts";
import { type Service, startService } from "./service.ts";
import { registerWebhooks } from "./webhooks.ts";

/** A control plane with its scheduler, our service, and nodes. */
export interface Cluster extends ControlPlane {
  readonly service: Service;
  readonly scheduler: Program;
}

export interface ClusterOptions {
  /** Free room of each node in GiB by class. */
  readonly nodes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** More flags of `nativestor serve`. */
  readonly flags?: readonly string[];
  readonly scheduler?: SchedulerOptions;
  /** Puts something between the scheduler and the service, and answers where that is. */
  readonly between?: (service: Service) => Promise<Extender>;
  /** Told of each volume before it is made. Without it volumes are made and nobody is told. */
  readonly onVolume?: (claim: string, node: string) => Promise<void>;
}

/**
 * Starts all that places pods, in about 5 s: StorageClasses called as the nodes' classes, webhooks registered, and a
 * stand-in for the CSI driver that makes the volumes.
 */
export async function startCluster(purpose: string, options: ClusterOptions): Promise<Cluster> {
  const plane = await startControlPlane(purpose);
  const classes = [...new Set(Object.values(options.nodes).flatMap((gib) => Object.keys(gib)))];
  await createStorageClasses(plane, classes);
  await Promise.all(Object.entries(options.nodes).map(([name, gib]) => createNode(plane, name, gib)));
  const service = await startService(plane, options.flags);
  await registerWebhooks(plane, service, classes[0] ?? "");
  const extender = options.between === undefined ? service : await options.between(service);
  const scheduler = await startScheduler(plane, extender, options.scheduler);
  const stopProvisioner = startProvisioner(plane, options.onVolume);
  return {
    ...plane,
    service,
    scheduler,
    stop: async () => {
      await stopProvisioner();
      await Promise.all([service.stop(), scheduler.stop()]);
      await plane.stop();
    },
  };
}
