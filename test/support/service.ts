import { Agent } from "node:https";
import { Registry } from "prom-client";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { currentNames } from "../../src/capacity/names.ts";
import { defaultScoring } from "../../src/capacity/score.ts";
import type { ClusterView } from "../../src/cluster/view.ts";
import { extenderRoutes } from "../../src/extender/routes.ts";
import { type RunningServer, startServer } from "../../src/server/start.ts";
import { webhookRoutes } from "../../src/webhook/routes.ts";
import { certificateFolder, testAuthority } from "./test-certificates.ts";

/** The HTTPS service as `serve` puts it together, over a view that the test holds. */
export interface TestService {
  readonly server: RunningServer;
  readonly registry: Registry;
  /** Options for requests: port, authority, and connections that are kept. */
  readonly connection: { readonly port: number; readonly ca: string; readonly agent: Agent };
  stop(): Promise<void>;
}

export async function startTestService(view: ClusterView, bodyLimitBytes = 128 << 20): Promise<TestService> {
  const ca = testAuthority();
  const registry = new Registry();
  const shared = { view, names: currentNames, clock: systemClock, log: silentLogger, registry, maxStalenessMs: 30_000 };
  const server = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    tls: { folder: await certificateFolder(ca) },
    extender: extenderRoutes({ ...shared, scoring: defaultScoring, bodyLimitBytes }),
    plugins: [webhookRoutes({ ...shared, missingClaims: "ignore", validation: "warn" })],
    registry,
    readiness: () => ({ ready: true }),
    bodyLimitBytes,
    log: silentLogger,
    clock: systemClock,
    stopTimes: { drainMs: 0 },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    server,
    registry,
    connection: { port: server.port, ca: ca.certificate, agent },
    stop: async () => {
      agent.destroy();
      await server.stop();
    },
  };
}
