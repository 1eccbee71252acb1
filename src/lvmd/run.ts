import { once } from "node:events";
import type { Registry } from "prom-client";
import type { Logger } from "../base/log.ts";
import { loadConfig } from "./config/load.ts";
import { openStorage } from "./open.ts";
import { serveLvmd } from "./server.ts";

export interface LvmdSettings {
  /** The configuration file. */
  readonly configPath: string;
}

/** What the daemon needs of the process around it. */
export interface LvmdSurroundings {
  readonly log: Logger;
  readonly registry: Registry;
  /** Stops the daemon in good order. */
  readonly signal: AbortSignal;
}

/** The daemon from its start to its end. @throws NativestorError where it cannot start */
export async function runLvmd(settings: LvmdSettings, { log, registry, signal }: LvmdSurroundings): Promise<void> {
  const config = await loadConfig(settings.configPath);
  const storage = await openStorage(config, log);
  try {
    const server = await serveLvmd({ storage, socketPath: config.socketPath, log, registry });
    if (!signal.aborted) await once(signal, "abort");
    await server.close();
  } finally {
    await storage.close();
  }
}
