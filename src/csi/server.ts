import { createServer, type Server } from "nice-grpc";
import type { Registry } from "prom-client";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import {
  ControllerDefinition,
  type ControllerServiceImplementation,
  IdentityDefinition,
  type IdentityServiceImplementation,
  NodeDefinition,
  type NodeServiceImplementation,
} from "../gen/csi.ts";
import { mapErrors } from "../lvmd/service/errors.ts";
import { placeSocket } from "../base/socket.ts";
import { stopServer } from "../base/stop-server.ts";
import { limitCalls } from "./middleware/deadline.ts";
import { lockVolumes } from "./middleware/locks.ts";
import { observeCalls } from "./middleware/observe.ts";

/** What one socket serves. */
export interface CsiServices {
  readonly identity: IdentityServiceImplementation;
  readonly controller?: ControllerServiceImplementation;
  readonly node?: NodeServiceImplementation;
}

export interface CsiServerOptions {
  readonly services: CsiServices;
  readonly socketPath: string;
  readonly log: Logger;
  readonly registry: Registry;
  readonly clock: Clock;
  /** No call takes longer; 2 minutes by default. */
  readonly limitMs?: number;
  /** How long calls under way may take to end when the server closes; 5 s by default. */
  readonly graceMs?: number;
}

export interface CsiServer {
  /** Absolute. */
  readonly socketPath: string;
  /** Takes no more calls and lets those under way end within their grace, then cuts them off. */
  close(): Promise<void>;
}

/** Serves CSI on a unix socket. */
export async function serveCsi(options: CsiServerOptions): Promise<CsiServer> {
  const { services, socketPath, log, registry, clock, limitMs = 120_000, graceMs = 5_000 } = options;
  const server = createServer()
    .use(observeCalls(log, registry, clock))
    .use(mapErrors)
    .use(lockVolumes())
    .use(limitCalls(clock, limitMs));
  server.add(IdentityDefinition, services.identity);
  if (services.controller !== undefined) server.add(ControllerDefinition, services.controller);
  if (services.node !== undefined) server.add(NodeDefinition, services.node);
  const socket = await listen(server, socketPath);
  log.info({ socket: socket.path }, "csi listens");
  return {
    socketPath: socket.path,
    close: async () => {
      await socket.release();
      await stopServer(server, graceMs, clock);
      log.info({ socket: socket.path }, "csi has stopped");
    },
  };
}

async function listen(server: Server, socketPath: string) {
  try {
    return await placeSocket(socketPath, (path) => server.listen(`unix:${path}`));
  } catch (error) {
    server.forceShutdown();
    throw error;
  }
}
