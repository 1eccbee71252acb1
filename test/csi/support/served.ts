import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createChannel, createClientFactory } from "nice-grpc";
import { Registry } from "prom-client";
import { systemClock } from "../../../src/base/clock.ts";
import { type Logger, silentLogger } from "../../../src/base/log.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { identityService } from "../../../src/csi/identity.ts";
import { type CsiServices, serveCsi } from "../../../src/csi/server.ts";
import { ControllerDefinition, IdentityDefinition, NodeDefinition } from "../../../src/gen/csi.ts";
import { namedErrors } from "../../../src/lvmd/service/errors.ts";

/** CSI services behind a real socket, and clients for them whose calls reject with our errors. */
export async function serveForTest(
  services: Omit<CsiServices, "identity">,
  { limitMs = 10_000, log = silentLogger }: { limitMs?: number; log?: Logger } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-csi-"));
  const registry = new Registry();
  const identity = identityService({ name: currentNames.driver, version: "1.2.3", isReady: () => true });
  const server = await serveCsi({
    services: { identity, ...services },
    socketPath: join(folder, "csi.sock"),
    log,
    registry,
    clock: systemClock,
    limitMs,
    graceMs: 1_000,
  });
  const channel = createChannel(`unix://${server.socketPath}`);
  const clients = createClientFactory().use(namedErrors);
  return {
    socketPath: server.socketPath,
    registry,
    identity: clients.create(IdentityDefinition, channel),
    controller: clients.create(ControllerDefinition, channel),
    node: clients.create(NodeDefinition, channel),
    async [Symbol.asyncDispose]() {
      channel.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
