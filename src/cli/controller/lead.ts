import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "../../base/log.ts";
import { registerWatchCounters } from "../../cluster/kubernetes/metrics.ts";
import type { ClusterView } from "../../cluster/view.ts";
import { startClusterControllers } from "../../controllers/cluster.ts";
import { isClusterWell, registerClusterHealth } from "../../controllers/health.ts";
import { campaign } from "../../kube/lease/campaign.ts";
import { guardWrites } from "../../kube/lease/guard.ts";
import { ownNamespace } from "../../kube/own-namespace.ts";
import type { Agent } from "../agent/start.ts";
import { registerLeading } from "../leading.ts";
import { untilStopped } from "../agent/until-stopped.ts";
import type { Surroundings } from "../role.ts";
import type { ControllerSettings } from "./settings.ts";

/**
 * Waits until this process leads, and then does what is done once in a cluster until it is stopped.
 * @throws KubeError where the lead is lost, upon which the process has to end
 */
export async function lead(
  settings: ControllerSettings,
  { clock, stop }: Surroundings,
  log: Logger,
  { access, events, registry }: Agent,
  view: ClusterView,
): Promise<void> {
  const { names, clusterName, keepsVolumes, orphans } = settings;
  const setLeading = registerLeading(registry);
  const random = Math.random;
  const leadership = await campaign({
    access,
    namespace: settings.namespace ?? (await ownNamespace()),
    name: `${names.driver.replaceAll(".", "-")}-controller`,
    identity: `${hostname()}_${randomUUID()}`,
    clock,
    random,
    log,
    signal: stop,
  });
  if (leadership === undefined) return;
  setLeading(true);
  registerClusterHealth(registry, clusterName, () => isClusterWell(view));
  const controllers = startClusterControllers({
    access: guardWrites(access, () => leadership.holds()),
    names,
    view,
    keepsVolumes,
    orphans,
    registry,
    events,
    observerOf: registerWatchCounters(registry),
    clock,
    random,
    log,
  });
  await untilStopped(AbortSignal.any([stop, leadership.lost]));
  setLeading(false);
  if (leadership.lost.aborted) throw leadership.lost.reason;
  await controllers.close();
  await leadership.release();
}
