import type { Registry } from "prom-client";
import manifest from "../../../package.json" with { type: "json" };
import type { Clock } from "../../base/clock.ts";
import { NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { NodeControllers } from "../../controllers/node.ts";
import { identityService } from "../../csi/identity.ts";
import type { MeasureStep } from "../../base/measure.ts";
import { linuxHost } from "../../csi/node/linux-host.ts";
import { lvmdVolumes } from "../../csi/node/lvmd-volumes.ts";
import { measuredNode } from "../../csi/node/measured.ts";
import { nodeService } from "../../csi/node/service.ts";
import { register } from "../../csi/registration/serve.ts";
import { serveCsi } from "../../csi/server.ts";
import type { LvmdClient } from "../../lvmd/client.ts";
import type { Closers } from "../serve/closers.ts";
import type { NodeSettings } from "./settings.ts";

interface Means {
  readonly controllers: NodeControllers;
  readonly client: LvmdClient;
  readonly registry: Registry;
  readonly measure: MeasureStep;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How many volumes kubelet may place on a node: LVM sets no bound that anybody would meet. */
const maxVolumes = 0;

/** Serves CSI's node service and, where a folder for that is named, shows it to kubelet. */
export async function serveNodeCsi(settings: NodeSettings, means: Means, closers: Closers): Promise<void> {
  const { nodeName, names, deviceFolder, stateFolder } = settings;
  const { controllers, client, registry, measure, clock, log } = means;
  const find = async (volumeId: string) => {
    if (!controllers.isReady) throw new NativestorError("unavailable", "lvmd or the API server does not answer");
    return [...controllers.volumes()].find((volume) => volume.volumeId === volumeId);
  };
  const volumes = lvmdVolumes(nodeName, { find }, client.groups);
  const host = linuxHost({ deviceFolder, stateFolder, clock });
  const node = nodeService(measuredNode({ nodeName, names, maxVolumes, volumes, ...host }, measure));
  const { version } = manifest;
  const identity = identityService({ name: names.driver, version, isReady: () => controllers.isReady });
  const server = await serveCsi({ services: { identity, node }, socketPath: settings.csiSocket, log, registry, clock });
  closers.add(() => server.close());
  if (settings.registrationFolder === undefined) return;
  const registrant = { name: names.driver, endpoint: settings.kubeletSocket, log };
  const registration = await register(settings.registrationFolder, registrant);
  closers.add(() => registration.close());
}
