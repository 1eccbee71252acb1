import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { SecureContextOptions } from "node:tls";
import Fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "../base/log.ts";
import { answerClientError } from "./http/client-error.ts";
import { createErrorHandler } from "./http/errors.ts";
import { parseJsonBody } from "./http/json-body.ts";
import type { Limits } from "./http/limits.ts";
import { answerNotFound } from "./http/not-found.ts";

export interface AppOptions {
  /** Undefined makes a plain HTTP server. */
  readonly tls: SecureContextOptions | undefined;
  /** Asks clients for a certificate; a handler decides what to do without. */
  readonly asksForCertificate: boolean;
  readonly bodyLimitBytes: number;
  readonly limits: Limits;
  readonly log: Logger;
  /** The server is about to stop: clients are told to come back over another connection. */
  readonly isStopping: () => boolean;
}

/** A fastify server with our limits and error answers, and no routes yet. HTTP/1.1 only. */
export function createApp(options: AppOptions): FastifyInstance {
  const { tls, limits, bodyLimitBytes, log } = options;
  const onError = createErrorHandler(log, bodyLimitBytes);
  const shared = {
    bodyLimit: bodyLimitBytes,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionTimeout: limits.silentMs,
    return503OnClosing: false,
    frameworkErrors: onError,
    clientErrorHandler: answerClientError,
  };
  const http = { connectionsCheckingInterval: limits.checkEveryMs, maxHeaderSize: limits.maxHeadBytes };
  const made =
    tls === undefined
      ? Fastify({ ...shared, http })
      : Fastify({ ...shared, https: { ...http, ...tlsOptions(options, tls) } });
  // the routes do not care which kind of server carries them
  const app = made as unknown as FastifyInstance;
  bound(app.server, limits);
  if (tls !== undefined) readThroughStreams(app.server as HttpsServer);
  app.setErrorHandler(onError);
  app.setNotFoundHandler((request, reply) => answerNotFound(app, request, reply));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, async (_request: unknown, body: string) =>
    parseJsonBody(body),
  );
  app.addHook("onSend", async (_request, reply) => {
    if (options.isStopping()) reply.header("connection", "close");
  });
  return app;
}

function tlsOptions({ asksForCertificate, limits }: AppOptions, tls: SecureContextOptions) {
  return {
    ...tls,
    ALPNProtocols: ["http/1.1"],
    handshakeTimeout: limits.handshakeMs,
    requestCert: asksForCertificate,
    rejectUnauthorized: false,
  };
}

// Node's HTTP parser takes the bytes of a TLS connection past the socket's stream, also while that is paused: a request that
// comes while the last answer is still being written then ends as a parse error (HPE_PAUSED) and the connection with it. A
// listener for data makes the bytes go through the stream, which waits.
function readThroughStreams(server: HttpsServer): void {
  server.on("secureConnection", (socket) => socket.on("data", () => {}));
}

function bound(server: HttpServer, limits: Limits): void {
  server.headersTimeout = limits.headMs;
  server.maxConnections = limits.maxConnections;
}
