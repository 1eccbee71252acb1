import type { Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { loadConfig } from "../../lvmd/config/load.ts";
import type { Closers } from "../serve/closers.ts";
import type { NodeSettings } from "./settings.ts";

/** The lvmd that an agent works with. */
export interface NodeLvmd {
  readonly socketPath: string;
  /** Rejects when an lvmd in this process has failed; never settles otherwise. */
  readonly failed: Promise<never>;
}

/** Runs lvmd in this process where the settings say so. */
export async function openLvmd(
  { lvmd, nodeName }: NodeSettings,
  means: {
    readonly clock: Clock;
    readonly log: Logger;
    readonly registry: Registry;
    readonly environment: Readonly<Record<string, string | undefined>>;
  },
  closers: Closers,
): Promise<NodeLvmd> {
  const failed = Promise.withResolvers<never>();
  if ("socketPath" in lvmd) return { socketPath: lvmd.socketPath, failed: failed.promise };
  const { configPath } = lvmd;
  const config = await loadConfig(configPath);
  const { runLvmd } = await import("../../lvmd/run.ts");
  const stop = new AbortController();
  const running = runLvmd({ configPath, nodeName, hostName: nodeName }, { ...means, signal: stop.signal });
  const ended = running.catch((error: unknown) => failed.reject(error));
  closers.add(async () => {
    stop.abort();
    await ended;
  });
  return { socketPath: config.socketPath, failed: failed.promise };
}
