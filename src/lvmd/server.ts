import { createServer } from "nice-grpc";
import { HealthDefinition, HealthServiceImpl, HealthState } from "nice-grpc-server-health";
import type { Registry } from "prom-client";
import { type Clock, systemClock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { placeSocket, type SocketAccess } from "../base/socket.ts";
import { stopServer } from "../base/stop-server.ts";
import { LVServiceDefinition, VGServiceDefinition } from "../gen/lvmd.ts";
import { ServerReflectionDefinition } from "../gen/reflection.ts";
import { mapErrors } from "./service/errors.ts";
import { groupService } from "./service/groups.ts";
import { lvmdMetrics } from "./service/metrics.ts";
import { observe } from "./service/observe.ts";
import { OldReflectionDefinition, reflectionService } from "./service/reflection.ts";
import { endStreamsOn } from "./service/streams.ts";
import { volumeService } from "./service/volumes.ts";
import type { Storage } from "./storage.ts";

export interface LvmdServerOptions {
  /** Stays the caller's: it is not closed with the server. */
  readonly storage: Storage;
  readonly socketPath: string;
  /** Who may connect; only the same user by default. */
  readonly access?: SocketAccess;
  readonly log: Logger;
  readonly registry: Registry;
  readonly clock?: Clock;
  /** How long calls under way may take to end when the server closes; 5 s by default. */
  readonly graceMs?: number;
}

export interface LvmdServer {
  /** Absolute. */
  readonly socketPath: string;
  /** Takes no more calls, ends the streams, lets other calls end within their grace, then cuts them off. */
  close(): Promise<void>;
}

/** The services that this is about, by full name. */
const own = [LVServiceDefinition.fullName, VGServiceDefinition.fullName];

/** Serves LVService, VGService, and gRPC's health and reflection services on a unix socket. */
export async function serveLvmd(options: LvmdServerOptions): Promise<LvmdServer> {
  const { storage, socketPath, access, log, registry, clock = systemClock, graceMs = 5000 } = options;
  const stopping = new AbortController();
  const health = HealthState();
  // channelz has to stay on: without it grpc-js knows no sessions to cut off
  const server = createServer({ "grpc.max_send_message_length": -1 })
    .use(observe(log, lvmdMetrics(registry), clock))
    .use(mapErrors)
    .use(endStreamsOn(stopping.signal));
  server.add(LVServiceDefinition, volumeService(storage));
  server.add(VGServiceDefinition, groupService(storage));
  server.add(HealthDefinition, HealthServiceImpl(health));
  const reflection = reflectionService([...own, HealthDefinition.fullName, ServerReflectionDefinition.fullName]);
  server.add(ServerReflectionDefinition, reflection);
  server.add(OldReflectionDefinition, reflection);
  for (const service of own) health.setStatus("healthy", service);

  const listen = (path: string) => server.listen(`unix:${path}`);
  const socket = await placeSocket(socketPath, listen, access).catch((error: unknown) => {
    server.forceShutdown();
    throw error;
  });
  log.info({ socket: socket.path }, "lvmd listens");
  return {
    socketPath: socket.path,
    close: async () => {
      await socket.release();
      for (const service of ["", ...own]) health.setStatus("unhealthy", service);
      stopping.abort();
      await stopServer(server, graceMs, clock);
      log.info({ socket: socket.path }, "lvmd has stopped");
    },
  };
}
