import type { Server as HttpsServer } from "node:https";
import type { SecureContextOptions } from "node:tls";
import type { FastifyInstance } from "fastify";
import type { Registry } from "prom-client";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { createApp } from "./app.ts";
import { defaultLimits, type Limits } from "./http/limits.ts";
import { listen, type ListenAddress } from "./listen.ts";
import { probeRoutes, type Readiness } from "./probes.ts";
import { closeServer, defaultStopTimes, pause, type StopTimes } from "./stop.ts";
import { requireReader, type ReviewToken } from "./readers.ts";
import { requireClientCertificate } from "./tls/client-certificate.ts";
import { contextOf } from "./tls/material.ts";
import { reloadOnChange } from "./tls/reload.ts";
import { folderSource, type TlsSource } from "./tls/source.ts";

/** Routes: a fastify plugin that takes no options, of either kind. One signature, so that what it is given has a type. */
type Plugin = (app: FastifyInstance, options: object, done: (error?: Error) => void) => void | Promise<void>;

export interface ServerOptions {
  readonly listen: ListenAddress;
  /** Folder of tls.crt, tls.key and, for client certificates, ca.crt, or another source of the same. */
  readonly tls: { readonly folder: string } | TlsSource;
  /** A second, plain HTTP listener for the extender's paths only; none by default. */
  readonly plainListen?: ListenAddress;
  /** Whether the extender's paths ask for a client certificate; `none` by default. */
  readonly clientAuth?: "none" | "extender-required";
  /** Keeps /metrics and /ledger to those who show a certificate, or a token of which this says that its owner may; open to all without it. */
  readonly reviewToken?: ReviewToken;
  /** The extender's paths. */
  readonly extender: Plugin;
  /** All other paths. */
  readonly plugins: readonly Plugin[];
  readonly registry: Registry;
  readonly readiness: () => Readiness;
  readonly bodyLimitBytes: number;
  readonly log: Logger;
  readonly clock: Clock;
  readonly limits?: Partial<Limits>;
  readonly stopTimes?: Partial<StopTimes>;
}

/** A server that answers. */
export interface RunningServer {
  readonly address: string;
  readonly port: number;
  /** Port of the plain listener, where there is one. */
  readonly plainPort: number | undefined;
  /** Goes unready, answers for a while yet, then ends. */
  stop(): Promise<void>;
}

/**
 * Starts the HTTPS service.
 * @throws NativestorError `failed-precondition` when the certificates cannot be used or an address cannot be had
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { clock, log, registry, tls } = options;
  const source = "folder" in tls ? await folderSource(tls.folder, { clock, log }) : tls;
  const phase = { isStopping: false };
  const secure = await createSecureApp(options, contextOf(source.first), phase);
  const plain = options.plainListen === undefined ? undefined : await createPlainApp(options, phase);
  const servers = [secure, ...(plain === undefined ? [] : [plain])];
  const { address, port, plainPort } = await listenAll(options, secure, plain).catch(async (error: unknown) => {
    await closeAll(servers, clock, 0);
    throw error;
  });
  const apply = (context: SecureContextOptions): void => (secure.server as HttpsServer).setSecureContext(context);
  const stopReloading = reloadOnChange({ source, apply, registry, clock, log });
  const { drainMs, deadlineMs } = { ...defaultStopTimes, ...options.stopTimes };

  async function end(): Promise<void> {
    phase.isStopping = true;
    stopReloading();
    await pause(clock, drainMs);
    await closeAll(servers, clock, deadlineMs);
  }

  let ended: Promise<void> | undefined;
  return { address, port, plainPort, stop: () => (ended ??= end()) };
}

interface Phase {
  isStopping: boolean;
}

async function createSecureApp(
  options: ServerOptions,
  tls: SecureContextOptions,
  phase: Phase,
): Promise<FastifyInstance> {
  const { reviewToken, clientAuth } = options;
  const asksForCertificate = clientAuth === "extender-required" || reviewToken !== undefined;
  const app = createApp({ ...appOptions(options, phase), tls, asksForCertificate });
  if (reviewToken !== undefined) app.addHook("onRequest", requireReader(reviewToken));
  await app.register(async (scope) => {
    if (clientAuth === "extender-required") scope.addHook("onRequest", requireClientCertificate);
    await scope.register(options.extender);
  });
  for (const plugin of options.plugins) await app.register(plugin);
  const readiness = (): Readiness =>
    phase.isStopping ? { ready: false, reason: "the server is stopping" } : options.readiness();
  await app.register(probeRoutes({ readiness, registry: options.registry }));
  await app.ready();
  return app;
}

async function createPlainApp(options: ServerOptions, phase: Phase): Promise<FastifyInstance> {
  const app = createApp({ ...appOptions(options, phase), tls: undefined, asksForCertificate: false });
  if (options.reviewToken !== undefined) app.addHook("onRequest", requireReader(options.reviewToken));
  await app.register(options.extender);
  await app.ready();
  return app;
}

function appOptions({ bodyLimitBytes, limits, log }: ServerOptions, phase: Phase) {
  return { bodyLimitBytes, limits: { ...defaultLimits, ...limits }, log, isStopping: () => phase.isStopping };
}

async function listenAll(options: ServerOptions, secure: FastifyInstance, plain: FastifyInstance | undefined) {
  const { address, port } = await listen(secure.server, options.listen, "--listen");
  if (plain === undefined || options.plainListen === undefined) return { address, port, plainPort: undefined };
  const { port: plainPort } = await listen(plain.server, options.plainListen, "--plain-listen");
  return { address, port, plainPort };
}

async function closeAll(apps: readonly FastifyInstance[], clock: Clock, deadlineMs: number): Promise<void> {
  await Promise.all(apps.map((app) => closeServer(app.server, clock, deadlineMs)));
  await Promise.all(apps.map((app) => app.close()));
}
