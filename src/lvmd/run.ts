import { once } from "node:events";
import type { Registry } from "prom-client";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { loadConfig } from "./config/load.ts";
import { commandMetrics } from "./metrics/commands.ts";
import { registerRoomMetrics } from "./metrics/room.ts";
import { serveMetrics } from "./metrics/serve.ts";
import { registerVolumeMetrics } from "./metrics/volumes.ts";
import { openStorage } from "./open.ts";
import { reloadOnChange } from "./reload.ts";
import { serveLvmd } from "./server.ts";
import { lvmdMetrics } from "./service/metrics.ts";

export interface LvmdSettings {
  /** The configuration file. */
  readonly configPath: string;
  /** The node's name in the metrics, before that of the file. */
  readonly nodeName?: string | undefined;
  /** What it is called where neither says it. */
  readonly hostName: string;
}

/** What the daemon needs of the process around it. */
export interface LvmdSurroundings {
  readonly log: Logger;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Stops the daemon in good order. */
  readonly signal: AbortSignal;
  /** Called when it serves, and when it is about to end. */
  readonly tell?: (phase: "ready" | "stopping") => Promise<void>;
}

/** The daemon from its start to its end. @throws NativestorError where it cannot start */
export async function runLvmd(settings: LvmdSettings, surroundings: LvmdSurroundings): Promise<void> {
  const { log, registry, clock, environment, signal, tell = async () => {} } = surroundings;
  const { configPath } = settings;
  const config = await loadConfig(configPath);
  const storage = await openStorage(config, { clock, log, environment, observe: commandMetrics(registry) });
  const closers: (() => Promise<void>)[] = [() => storage.close()];
  try {
    const { socketPath, metricsListen } = config;
    const access = { mode: config.socketMode, group: config.socketGroup };
    const node = settings.nodeName ?? config.nodeName ?? settings.hostName;
    // also where nothing listens here: an agent that this runs in shows them as its own
    registerRoomMetrics(registry, storage, node);
    registerVolumeMetrics(registry, storage, node);
    if (metricsListen !== undefined) {
      const metrics = await serveMetrics({ listen: metricsListen, access, registry, log });
      closers.push(() => metrics.close());
    }
    const server = await serveLvmd({ storage, socketPath, access, log, registry, clock });
    closers.push(() => server.close());
    closers.push(
      reloadOnChange({
        path: configPath,
        current: config,
        apply: (next) => storage.reconfigure(next),
        metrics: lvmdMetrics(registry),
        clock,
        log,
      }),
    );
    await tell("ready");
    if (!signal.aborted) await once(signal, "abort");
    await tell("stopping");
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}
