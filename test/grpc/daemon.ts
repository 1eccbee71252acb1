import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { runLvmd } from "../../src/lvmd/run.ts";

/** The whole daemon in this process, from a configuration file that holds `rest`; a folder of its own goes with it. */
export async function startDaemon(rest: string): Promise<{ readonly socketPath: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-daemon-"));
  const configPath = join(folder, "lvmd.yaml");
  const socketPath = join(folder, "lvmd.sock");
  await writeFile(configPath, `socket-name: ${socketPath}\nstate-folder: ${folder}/state\n${rest}\n`);
  const stop = new AbortController();
  const ready = Promise.withResolvers<void>();
  const ended = runLvmd(
    { configPath, hostName: "n1" },
    {
      log: silentLogger,
      registry: new Registry(),
      clock: systemClock,
      environment: process.env,
      signal: stop.signal,
      tell: async (phase) => {
        if (phase === "ready") ready.resolve();
      },
    },
  );
  await Promise.race([ready.promise, ended]);
  return {
    socketPath,
    stop: async () => {
      stop.abort();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
