import { Registry } from "prom-client";
import type { Address } from "../../base/address.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { createEventRecorder, type EventRecorder } from "../../kube/events/recorder.ts";
import { loadKubeAccess } from "../../kube/load.ts";
import { serveMetrics } from "../../lvmd/metrics/serve.ts";
import { registerProcess } from "../process-metrics.ts";
import type { Surroundings } from "../role.ts";
import { protectMetrics } from "./protect.ts";
import type { Closers } from "../serve/closers.ts";

/** What a role beside the API server works with. */
export interface Agent {
  readonly access: KubeAccess;
  readonly events: EventRecorder;
  readonly registry: Registry;
}

export interface AgentOptions {
  /** `controller`, or `node`. */
  readonly role: string;
  /** Which one of them, for events. */
  readonly instance: string;
  readonly names: Names;
  readonly kubeconfig: string | undefined;
  readonly metricsListen: Address | undefined;
  readonly protectsMetrics: boolean;
  readonly isReady: () => boolean;
}

/** Opens the way to the API server, and answers to probes and scrapers from the beginning. */
export async function startAgent(
  options: AgentOptions,
  { clock, env }: Pick<Surroundings, "clock" | "env">,
  log: Logger,
  closers: Closers,
): Promise<Agent> {
  const { role, instance, names, kubeconfig, metricsListen: listen, protectsMetrics, isReady } = options;
  const registry = new Registry();
  registerProcess(registry);
  const access = await loadKubeAccess({ kubeconfig, env, clock });
  closers.add(() => access.close());
  if (listen !== undefined) {
    const secure = protectsMetrics ? { secure: protectMetrics(access, clock) } : {};
    const server = await serveMetrics({ listen, registry, isReady, log, ...secure });
    closers.add(() => server.close());
  }
  const events = createEventRecorder({
    access,
    reporter: { controller: `${names.driver}/${role}`, instance },
    clock,
    log,
  });
  closers.add(() => events.close());
  return { access, events, registry };
}
