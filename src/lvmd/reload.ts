import { dirname } from "node:path";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { watchFolder } from "../base/watch-folder.ts";
import { loadConfig } from "./config/load.ts";
import type { LvmdConfig } from "./config/model.ts";
import type { LvmdMetrics } from "./service/metrics.ts";

/** Long enough for an editor's steps; a person who has saved the file waits for it to count. */
const times = { settleMs: 200, pollMs: 30_000 };

export interface ReloadOptions {
  readonly path: string;
  /** What is in use. */
  readonly current: LvmdConfig;
  /** Takes a changed one into use. */
  readonly apply: (config: LvmdConfig) => Promise<void>;
  readonly metrics: Pick<LvmdMetrics, "reloads">;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Follows the configuration file. What is wrong in it is reported once, by its fields, and what was in use stays.
 * @returns ends it, after a change that is being taken into use
 */
export function reloadOnChange({ path, current, apply, metrics, clock, log }: ReloadOptions): () => Promise<void> {
  let inUse = current;
  let lastFailure: string | undefined;
  /** What could be read but not taken: not tried again until it is changed. */
  let refused: LvmdConfig | undefined;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      const next = await loadConfig(path);
      if (isSame(next, inUse)) {
        lastFailure = undefined; // taken back
        return;
      }
      if (isSame(next, refused)) return;
      refused = next;
      await apply(next);
      refused = undefined;
      const asleep = fixedKeys.filter(({ of }) => !isSame(of(next), of(inUse))).map(({ key }) => key);
      inUse = next;
      lastFailure = undefined;
      metrics.reloads.inc({ result: "success" });
      log.info({ path }, "took over the changed configuration");
      if (asleep.length > 0) log.warn({ path, keys: asleep }, "these changes of the configuration wait for a restart");
    } catch (error) {
      const message = messageOf(error);
      if (message === lastFailure) return;
      lastFailure = message;
      metrics.reloads.inc({ result: "failure" });
      log.error({ path, error: message }, "the changed configuration cannot be used; the old one stays");
    }
  }

  const stop = watchFolder(dirname(path), { clock, log, ...times }, () => {
    looking = look();
    return looking;
  });
  return async () => {
    stop();
    await looking;
  };
}

/** What only counts at a start. */
const fixedKeys: readonly { readonly key: string; readonly of: (config: LvmdConfig) => unknown }[] = [
  { key: "socket-name", of: ({ socketPath }) => socketPath },
  { key: "socket-mode", of: ({ socketMode }) => socketMode },
  { key: "socket-group", of: ({ socketGroup }) => socketGroup },
  { key: "metrics-listen", of: ({ metricsListen }) => metricsListen },
  { key: "node-name", of: ({ nodeName }) => nodeName },
];

function isSame(one: unknown, other: unknown): boolean {
  return textOf(one) === textOf(other);
}

// both come out of one function, so that their keys have one order
function textOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? `${part}` : part));
}
