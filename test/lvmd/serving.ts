import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { Registry } from "prom-client";
import { silentLogger } from "../../src/base/log.ts";
import { createLvmdClient, type LvmdClient } from "../../src/lvmd/client.ts";
import { type LvmdServer, serveLvmd } from "../../src/lvmd/server.ts";
import type { Storage } from "../../src/lvmd/storage.ts";

/** A folder that goes with the test. */
export async function scratch(test: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-lvmd-"));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Served {
  readonly server: LvmdServer;
  readonly client: LvmdClient;
  readonly registry: Registry;
}

/** Serves a storage on a socket of its own, with a client at it; both go with the test. */
export async function served(test: TestContext, storage: Storage, graceMs = 2000): Promise<Served> {
  const socketPath = join(await scratch(test), "lvmd.sock");
  const registry = new Registry();
  const server = await serveLvmd({ storage, socketPath, log: silentLogger, registry, graceMs });
  const client = createLvmdClient(socketPath);
  test.after(async () => {
    client.close();
    await server.close();
    await storage.close();
  });
  return { server, client, registry };
}
