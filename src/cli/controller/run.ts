import { hostname } from "node:os";
import manifest from "../../../package.json" with { type: "json" };
import type { Logger } from "../../base/log.ts";
import { registerWatchCounters } from "../../cluster/kubernetes/metrics.ts";
import { type KubernetesView, openKubernetesView } from "../../cluster/kubernetes/open.ts";
import { kubernetesClaims } from "../../csi/claims/kubernetes.ts";
import { measuredRoom, measuredVolumes } from "../../csi/controller/measured.ts";
import { controllerService } from "../../csi/controller/service.ts";
import { identityService } from "../../csi/identity.ts";
import { defaultLeastSizes } from "../../csi/rules/file-systems.ts";
import { stepSeconds } from "../../csi/middleware/steps.ts";
import { serveCsi } from "../../csi/server.ts";
import { startKubernetesVolumes } from "../../csi/volumes/kubernetes.ts";
import { type Agent, startAgent } from "../agent/start.ts";
import type { Surroundings } from "../role.ts";
import { type Closers, createClosers } from "../serve/closers.ts";
import { lead } from "./lead.ts";
import { openRoom } from "./room.ts";
import type { ControllerSettings } from "./settings.ts";

/** The controller from its start to its end in good order. @throws Error where it cannot start, or does not lead any more */
export async function runController(
  settings: ControllerSettings,
  surroundings: Surroundings,
  log: Logger,
): Promise<void> {
  const closers = createClosers(log);
  let isReady = () => false;
  try {
    const { names, kubeconfig, metricsListen, protectsMetrics } = settings;
    const options = {
      role: "controller",
      instance: hostname(),
      names,
      kubeconfig,
      metricsListen,
      protectsMetrics,
      isReady: () => isReady(),
    };
    const agent = await startAgent(options, surroundings, log, closers);
    const { clock } = surroundings;
    const { access, registry } = agent;
    const withTraces = settings.serviceKubeconfig === undefined;
    const view = openKubernetesView({ access, names, clock, log, random: Math.random, registry, withTraces });
    closers.add(() => view.close());
    isReady = await serveControllerCsi(settings, surroundings, log, closers, agent, view);
    // every replica serves CSI, for the sidecars beside it; only what cleans up is for one
    await lead(settings, surroundings, log, agent, view);
    log.info("stopping");
  } finally {
    await closers.closeAll();
  }
}

async function serveControllerCsi(
  settings: ControllerSettings,
  { clock }: Surroundings,
  log: Logger,
  closers: Closers,
  { access, registry }: Agent,
  view: KubernetesView,
): Promise<() => boolean> {
  const { names, csiSocket } = settings;
  const { room, isReady: hasRoom } = await openRoom(settings, { view, clock, log, closers });
  const observer = registerWatchCounters(registry)("logicalvolumes");
  const volumes = startKubernetesVolumes({ access, names, observer, clock, random: Math.random, log });
  closers.add(() => volumes.close());
  const isReady = () => volumes.synced && view.health().synced && hasRoom();
  const measure = stepSeconds(registry, clock);
  const { version } = manifest;
  const server = await serveCsi({
    services: {
      identity: identityService({ name: names.driver, version, isReady }),
      controller: controllerService({
        volumes: measuredVolumes(volumes, measure),
        view,
        claims: kubernetesClaims(view, access),
        room: measuredRoom(room, measure),
        names,
        leastSizes: defaultLeastSizes,
        log,
      }),
    },
    socketPath: csiSocket,
    log,
    registry,
    clock,
  });
  closers.add(() => server.close());
  return isReady;
}
