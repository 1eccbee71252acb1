// A server process of a bench: the service over a cluster that is made up, or the echo on the same stack.
import { setTimeout as wait } from "node:timers/promises";
import { Registry } from "prom-client";
import { systemClock } from "../../../src/base/clock.ts";
import { createLogger } from "../../../src/base/log.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { defaultScoring } from "../../../src/capacity/score.ts";
import { startReservations } from "../../../src/extender/reservations/start.ts";
import { extenderRoutes } from "../../../src/extender/routes.ts";
import { startServer } from "../../../src/server/start.ts";
import { webhookRoutes } from "../../../src/webhook/routes.ts";
import { certificateFolder, testAuthority } from "../../support/test-certificates.ts";
import { benchTraces, benchView, type ClusterSize } from "./cluster.ts";
import { echoRoutes } from "./echo.ts";
import type { Ask, ServerReport, ServerRole } from "./server-messages.ts";
import { startStallMeter } from "./stalls.ts";

const bodyLimitBytes = 128 << 20;
const answers = new Map<string, Buffer>();
const registry = new Registry();
// as `serve` logs by default
const log = createLogger({ level: "info", format: "json" });
const clock = systemClock;

async function routesOf(role: ServerRole, size: ClusterSize) {
  if (role === "echo") return { extender: echoRoutes(answers), plugins: [] };
  const shared = { view: benchView(size), names: currentNames, clock, log, registry, maxStalenessMs: 300_000 };
  const reservations = startReservations({ ...shared, traces: benchTraces(size) });
  // as any service that begins, it waits for what another one may have promised
  while (reservations.whyNot() !== undefined) await wait(100);
  return {
    extender: extenderRoutes({ ...shared, scoring: defaultScoring, bodyLimitBytes, reservations }),
    plugins: [webhookRoutes({ ...shared, missingClaims: "ignore", validation: "warn" })],
  };
}

const ca = testAuthority();
const server = await startServer({
  ...(await routesOf(process.argv[2] as ServerRole, JSON.parse(process.argv[3] ?? "") as ClusterSize)),
  listen: { host: "127.0.0.1", port: 0 },
  tls: { folder: await certificateFolder(ca) },
  registry,
  readiness: () => ({ ready: true }),
  bodyLimitBytes,
  log,
  clock,
});
const stalls = startStallMeter();

process.on("message", (ask: Ask) => {
  if (ask.kind === "answer") answers.set(ask.path, Buffer.from(ask.body));
  process.send?.({
    stalls: stalls.take(),
    cpuMs: cpuMs(),
    rssBytes: process.memoryUsage.rss(),
    peakRssBytes: peak(),
  } satisfies ServerReport);
});
process.on("disconnect", () => process.exit());
process.send?.({ port: server.port, ca: ca.certificate });

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}
