import { type Metric, Registry } from "prom-client";
import { createUpkeepMetrics } from "../../src/certs/cluster/metrics.ts";
import { registerLeading } from "../../src/cli/leading.ts";
import { registerProcess } from "../../src/cli/process-metrics.ts";
import { registerWatchCounters } from "../../src/cluster/kubernetes/metrics.ts";
import { registerViewGauges } from "../../src/cluster/metrics.ts";
import { registerClusterHealth, registerNodeHealth } from "../../src/controllers/health.ts";
import { workMetrics } from "../../src/controllers/metrics.ts";
import { orphanMetrics } from "../../src/controllers/orphan/metrics.ts";
import { systemClock } from "../../src/base/clock.ts";
import { requestSeconds } from "../../src/csi/middleware/metrics.ts";
import { stepSeconds } from "../../src/csi/middleware/steps.ts";
import { createMetrics } from "../../src/extender/metrics.ts";
import { registerReservationMetrics } from "../../src/extender/reservations/metrics.ts";
import { commandMetrics } from "../../src/lvmd/metrics/commands.ts";
import { registerRoomMetrics } from "../../src/lvmd/metrics/room.ts";
import { registerVolumeMetrics } from "../../src/lvmd/metrics/volumes.ts";
import { lvmdMetrics } from "../../src/lvmd/service/metrics.ts";
import { createTlsMetrics } from "../../src/server/tls/metrics.ts";
import { createWebhookMetrics } from "../../src/webhook/metrics.ts";

/** A metric as it is told of. */
export interface Described {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary";
  readonly help: string;
  readonly labels: readonly string[];
  /** Who tells it. */
  readonly roles: readonly string[];
}

type Register = (registry: Registry) => unknown;

const view = { ageMs: () => 0, nodes: () => [], objects: () => ({}) };
const storage = { state: async () => [], listVolumes: async () => [] };
const lvmd: readonly Register[] = [
  (registry) => registerRoomMetrics(registry, storage, ""),
  (registry) => registerVolumeMetrics(registry, storage, ""),
  lvmdMetrics,
  commandMetrics,
];
const steps: Register = (registry) => stepSeconds(registry, systemClock);
const cleaner: readonly Register[] = [registerWatchCounters, workMetrics, orphanMetrics, requestSeconds, steps];

/** What each role registers, by the very functions with which it does. */
const registered: Readonly<Record<string, readonly Register[]>> = {
  serve: [
    createMetrics,
    createWebhookMetrics,
    (registry) => registerReservationMetrics(registry, () => ({ holds: [], nowMs: 0 })),
    (registry) => registerViewGauges(registry, view),
    registerWatchCounters,
    registerLeading,
    (registry) => createTlsMetrics(registry, 0),
    createUpkeepMetrics,
  ],
  controller: [
    ...cleaner,
    registerLeading,
    (registry) => registerViewGauges(registry, view),
    (registry) => registerClusterHealth(registry, "", () => true),
  ],
  node: [...cleaner, (registry) => registerNodeHealth(registry, "", () => true)],
  lvmd,
};

/** Every metric of ours and TopoLVM's, by name. An agent that lvmd runs in tells lvmd's too. */
export function describeMetrics(): Described[] {
  const all = new Map<string, Described>();
  for (const [role, register] of Object.entries(registered))
    for (const metric of metricsOf(register)) {
      const known = all.get(metric.name);
      all.set(metric.name, { ...metric, roles: [...(known?.roles ?? []), role] });
    }
  return [...all.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}

/** The registry of a role before anything has happened, with what Node tells of the process. */
export function registryOf(role: string): Registry {
  const registry = new Registry();
  for (const register of registered[role] ?? []) register(registry);
  registerProcess(registry);
  return registry;
}

/** The roles that tell metrics. */
export const roles = Object.keys(registered);

/** What a metric's value is counted in, by the names that Prometheus asks for. */
export function unitOf(name: string): string {
  if (name.endsWith("_timestamp_seconds")) return "seconds since the epoch";
  if (name.endsWith("_seconds")) return "seconds";
  if (/_bytes$|_overprovisioned_available$/.test(name)) return "bytes";
  if (name.endsWith("_percent")) return "percent";
  return /_(status|ill|leading|failing)$/.test(name) ? "0 or 1" : "count";
}

function metricsOf(register: readonly Register[]): Omit<Described, "roles">[] {
  const registry = new Registry();
  for (const one of register) one(registry);
  // the types of prom-client leave out what every metric has
  const metrics = registry.getMetricsAsArray() as unknown as (Metric & Described & { labelNames: string[] })[];
  return metrics.map(({ name, help, labelNames, constructor }) => ({
    name,
    help,
    labels: labelNames,
    type: constructor.name.toLowerCase() as Described["type"],
  }));
}
