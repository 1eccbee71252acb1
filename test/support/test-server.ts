import type { TestContext } from "node:test";
import { Registry } from "prom-client";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import type { KeyPair } from "../../src/certs/issue.ts";
import { extenderRoutes } from "../../src/extender/routes.ts";
import { type RunningServer, type ServerOptions, startServer } from "../../src/server/start.ts";
import { bodyLimitBytes, extenderDeps } from "./extender-rig.ts";
import type { RequestOptions } from "./https-client.ts";
import { certificateFolder, testAuthority } from "./test-certificates.ts";

export interface TestServer {
  readonly server: RunningServer;
  readonly ca: KeyPair;
  readonly folder: string;
  readonly registry: Registry;
  /** How a client reaches it. */
  readonly to: RequestOptions;
}

/** Starts a server with the extender on a free port, and stops it after the test. */
export async function startTestServer(t: TestContext, overrides: Partial<ServerOptions> = {}): Promise<TestServer> {
  const ca = testAuthority();
  const folder = await certificateFolder(ca);
  const registry = overrides.registry ?? new Registry();
  const server = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    tls: { folder },
    extender: extenderRoutes(extenderDeps({ registry })),
    plugins: [],
    readiness: () => ({ ready: true }),
    bodyLimitBytes,
    log: silentLogger,
    clock: systemClock,
    stopTimes: { drainMs: 0, deadlineMs: 200 },
    ...overrides,
    registry,
  });
  t.after(() => server.stop());
  return { server, ca, folder, registry, to: { port: server.port, ca: ca.certificate } };
}
