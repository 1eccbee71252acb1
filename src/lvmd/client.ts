import { resolve } from "node:path";
import { createChannel, createClientFactory } from "nice-grpc";
import { type LVServiceClient, LVServiceDefinition, type VGServiceClient, VGServiceDefinition } from "../gen/lvmd.ts";
import { namedErrors } from "./service/errors.ts";

/** Talks to an lvmd, ours or TopoLVM's. Calls reject with a NativestorError of the status's code. */
export interface LvmdClient {
  readonly volumes: LVServiceClient;
  readonly groups: VGServiceClient;
  close(): void;
}

/** Connects at the first call, and again when a connection has ended. */
export function createLvmdClient(socketPath: string): LvmdClient {
  // nice-grpc takes `unix:PATH` for a host and adds a port
  const channel = createChannel(`unix://${resolve(socketPath)}`, undefined, {
    "grpc.enable_channelz": 0,
    // a socket of the same host costs nothing to try; the default goes up to two minutes
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1_000,
    // thousands of volumes are more than the default of 4 MiB
    "grpc.max_receive_message_length": -1,
  });
  const factory = createClientFactory().use(namedErrors);
  return {
    volumes: factory.create(LVServiceDefinition, channel),
    groups: factory.create(VGServiceDefinition, channel),
    close: () => channel.close(),
  };
}
