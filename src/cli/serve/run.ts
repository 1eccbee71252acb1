import { once } from "node:events";
import { Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { ClusterView } from "../../cluster/view.ts";
import { type Reservations, startReservations } from "../../extender/reservations/start.ts";
import { extenderRoutes } from "../../extender/routes.ts";
import type { Readiness } from "../../server/probes.ts";
import { type ServerOptions, startServer } from "../../server/start.ts";
import { webhookRoutes } from "../../webhook/routes.ts";
import { registerProcess } from "../process-metrics.ts";
import type { Surroundings } from "../role.ts";
import { type Authority, prepareCertificates } from "./certificates.ts";
import { type Closers, createClosers } from "./closers.ts";
import type { ServeSettings } from "./settings.ts";
import { type OpenedView, openView } from "./source.ts";

/** The service from its start to its end in good order. @throws NativestorError where it cannot start */
export async function runServe(settings: ServeSettings, surroundings: Surroundings, log: Logger): Promise<void> {
  const closers = createClosers(log);
  try {
    await startAll(settings, surroundings, log, closers);
    if (!surroundings.stop.aborted) await once(surroundings.stop, "abort");
    log.info("stopping");
  } finally {
    await closers.closeAll();
  }
}

async function startAll(
  settings: ServeSettings,
  surroundings: Surroundings,
  log: Logger,
  closers: Closers,
): Promise<void> {
  const { clock, env } = surroundings;
  const registry = new Registry();
  registerProcess(registry);
  const opened = await openView(settings, { clock, log, registry, env, closers });
  const means = { surroundings, log, registry, closers };
  const { authority, tls, readiness } = await certify(settings, opened, means);
  const { port } = await listen(settings, opened, tls, readiness, means);
  log.info({ host: settings.listen.host, port, source: settings.source.kind }, "serving");
  if (settings.walkthrough) await walk(settings, opened, authority, port, surroundings);
}

interface Means {
  readonly surroundings: Surroundings;
  readonly log: Logger;
  readonly registry: Registry;
  readonly closers: Closers;
}

/** What the server shows, and whether it has something to show. */
interface Certified {
  readonly authority: Authority | undefined;
  readonly tls: ServerOptions["tls"];
  readonly readiness: () => Readiness;
}

async function certify(settings: ServeSettings, { access }: OpenedView, means: Means): Promise<Certified> {
  const { surroundings, log, registry, closers } = means;
  const { clock } = surroundings;
  const { clusterCertificates, names, namespace, certDir } = settings;
  if (clusterCertificates === undefined || access === undefined) {
    const { authority, stop } = await prepareCertificates(settings, { clock, log });
    closers.add(stop);
    return { authority, tls: { folder: certDir }, readiness: () => ({ ready: true }) };
  }
  const { keepClusterCertificates } = await import("./cluster-certificates.ts");
  const kept = await keepClusterCertificates(clusterCertificates, { access, namespace, names, registry, clock, log });
  closers.add(() => kept.close());
  return { authority: undefined, tls: kept.source, readiness: kept.readiness };
}

async function listen(
  settings: ServeSettings,
  opened: OpenedView,
  tls: ServerOptions["tls"],
  certified: () => Readiness,
  means: Means,
): Promise<{ port: number }> {
  const { view } = opened;
  const { names, maxStalenessMs, bodyLimitBytes, plainListen } = settings;
  const { log, registry, closers } = means;
  const { clock } = means.surroundings;
  const shared = { view, names, maxStalenessMs, log, registry };
  const reservations = await reserve(settings, opened, means);
  const server = await startServer({
    listen: settings.listen,
    tls,
    ...(plainListen === undefined ? {} : { plainListen }),
    clientAuth: settings.requireClientCertificate ? "extender-required" : "none",
    ...(await protect(settings, opened, clock)),
    extender: extenderRoutes({ ...shared, scoring: settings.scoring, bodyLimitBytes, clock, reservations }),
    plugins: [webhookRoutes({ ...shared, missingClaims: settings.missingClaims, validation: settings.validation })],
    registry,
    readiness: () => firstNotReady(certified(), readinessOf(view, maxStalenessMs)),
    bodyLimitBytes,
    log,
    clock,
    // away from a cluster no load balancer has to hear of it first
    ...(settings.source.kind === "manifests" ? { stopTimes: { drainMs: 0 } } : {}),
  });
  closers.add(() => server.stop());
  return server;
}

/** Who may read /metrics and /ledger, where that is not everybody. */
async function protect(
  { protectsMetrics }: ServeSettings,
  { access }: OpenedView,
  clock: Clock,
): Promise<Pick<ServerOptions, "reviewToken">> {
  if (!protectsMetrics || access === undefined) return {};
  const { createReviewer } = await import("../../kube/review.ts");
  const reviewer = createReviewer(access, clock);
  return { reviewToken: (token, path) => reviewer.review(token, path) };
}

/** The ledger, where it is wanted, and its turn with other replicas. */
async function reserve(
  { reserves, takesTurns, names, namespace }: ServeSettings,
  { view, traces, access }: OpenedView,
  { surroundings: { clock }, log, registry, closers }: Means,
): Promise<Reservations | undefined> {
  if (!reserves) return undefined;
  const reservations = startReservations({ view, traces, names, clock, log, registry, waitsForLead: takesTurns });
  closers.add(() => reservations.close());
  if (takesTurns && access !== undefined) {
    const { standForLead } = await import("./stand-for-lead.ts");
    closers.add(await standForLead({ access, reservations, namespace, names, registry, clock, log }));
  }
  return reservations;
}

function firstNotReady(...states: readonly Readiness[]): Readiness {
  return states.find(({ ready }) => !ready) ?? { ready: true };
}

/** Ready once everything has been read, for as long as it is not too old. */
function readinessOf(view: Pick<ClusterView, "health">, maxStalenessMs: number): Readiness {
  const { synced, ageMs } = view.health();
  if (!synced) return { ready: false, reason: "the cluster has not been read yet" };
  if (ageMs <= maxStalenessMs) return { ready: true };
  return { ready: false, reason: `the cluster was last read ${Math.round(ageMs / 1000)} s ago` };
}

async function walk(
  settings: ServeSettings,
  { view, pods }: OpenedView,
  authority: Authority | undefined,
  port: number,
  { print, colour, stop }: Surroundings,
): Promise<void> {
  const { showWalkthrough } = await import("../walkthrough/show.ts");
  try {
    await view.synced(stop);
  } catch (error) {
    // stopped before there was anything to show
    if (stop.aborted) return;
    throw error;
  }
  const folder = settings.source.kind === "manifests" ? settings.source.folder : undefined;
  await showWalkthrough(
    { view, pods: pods(), names: settings.names, listen: { ...settings.listen, port }, authority, folder },
    print,
    colour,
  );
}
