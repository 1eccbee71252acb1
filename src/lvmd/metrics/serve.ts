import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import { messageOf, NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { placeSocket, type SocketAccess } from "../../base/socket.ts";
import type { MetricsAddress } from "../config/model.ts";

export interface MetricsServer {
  /** The port; undefined on a socket. */
  readonly port: number | undefined;
  close(): Promise<void>;
}

export interface MetricsServerOptions {
  readonly listen: MetricsAddress;
  /** Who may connect where it is a socket. */
  readonly access?: SocketAccess;
  readonly registry: Registry;
  /** Whether `/readyz` says yes; there is none without it. */
  readonly isReady?: () => boolean;
  /** Keeps `/metrics` to some, over TLS; plain HTTP and for all without it. */
  readonly secure?: SecureMetrics;
  readonly log: Logger;
  /** Time for the head of a request; what is slower makes room for others. 5 s by default. */
  readonly headMs?: number;
}

/** How metrics are kept to those whom they are for. */
export interface SecureMetrics {
  /** PEM. */
  readonly pair: { readonly certificate: string; readonly key: string };
  /** Why a request is refused, and with which HTTP status; undefined where it is not. */
  readonly refuse: (
    headers: IncomingHttpHeaders,
  ) => Promise<{ readonly status: number; readonly reason: string } | undefined>;
}

/** Scrapers are few; more connections than these are a mistake or worse. */
const maxConnections = 64;

/** How long a connection may take for its handshake and the head of its request, and an idle one may stay. */
const headMs = 5_000;

/**
 * Serves `/metrics`, `/healthz` (the process turns) and, where it is asked for, `/readyz`, which are for all.
 * @throws NativestorError `failed-precondition` where the address cannot be had
 */
export async function serveMetrics(options: MetricsServerOptions): Promise<MetricsServer> {
  const { listen, access, secure, log } = options;
  const times = timesOf(options.headMs ?? headMs);
  const onRequest = (request: IncomingMessage, response: ServerResponse) => void answer(request, response, options);
  const server = secure === undefined ? createServer(times, onRequest) : createSecureServer(secure, times, onRequest);
  server.maxConnections = maxConnections;
  const release =
    "socketPath" in listen ? await onSocket(server, listen.socketPath, access) : await onPort(server, listen);
  log.info({ ...listen }, "metrics are served");
  return {
    port: "socketPath" in listen ? undefined : (server.address() as AddressInfo).port,
    close: async () => {
      await release();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Of connections that say nothing too: probes of kubelet come over the same port. */
function timesOf(limitMs: number): Times {
  return {
    headersTimeout: limitMs,
    requestTimeout: 2 * limitMs,
    connectionsCheckingInterval: limitMs / 5,
    handshakeTimeout: limitMs,
  };
}

type Times = Pick<
  ServerOptions,
  "headersTimeout" | "requestTimeout" | "connectionsCheckingInterval" | "handshakeTimeout"
>;

function createSecureServer({ pair }: SecureMetrics, times: Times, onRequest: RequestListener): Server {
  return createHttpsServer({ ...times, cert: pair.certificate, key: pair.key, minVersion: "TLSv1.2" }, onRequest);
}

async function onSocket(server: Server, path: string, access: SocketAccess | undefined): Promise<() => Promise<void>> {
  const socket = await placeSocket(path, (draft) => once(server.listen(draft), "listening"), access);
  return () => socket.release();
}

async function onPort(server: Server, { host, port }: { host: string; port: number }): Promise<() => Promise<void>> {
  try {
    await once(server.listen({ host, port }), "listening");
  } catch (error) {
    throw new NativestorError("failed-precondition", `metrics-listen: ${messageOf(error)}`, { cause: error });
  }
  return async () => {};
}

async function answer(
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
  { registry, isReady, secure, log }: MetricsServerOptions,
): Promise<void> {
  const path = url?.split("?")[0];
  const plain = (status: number, text: string) =>
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
  const isKnown = path === "/metrics" || path === "/healthz" || (path === "/readyz" && isReady !== undefined);
  if (!isKnown) return void plain(404, "there are /metrics and /healthz\n");
  if (method !== "GET" && method !== "HEAD") return void plain(405, "only GET\n");
  if (path === "/healthz") return void plain(200, "ok");
  if (path === "/readyz") return void (isReady?.() ? plain(200, "ok") : plain(503, "not ready\n"));
  try {
    const refusal = await secure?.refuse(headers);
    if (refusal !== undefined) return void plain(refusal.status, `${refusal.reason}\n`);
    const text = await registry.metrics();
    response.writeHead(200, { "content-type": registry.contentType }).end(text);
  } catch (error) {
    log.error({ error: messageOf(error) }, "metrics cannot be read");
    plain(503, `${messageOf(error)}\n`);
  }
}
