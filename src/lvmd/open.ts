import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { assembleStorage } from "./assemble.ts";
import type { Backend } from "./backend.ts";
import type { CheckReport } from "./check.ts";
import type { LvmdConfig } from "./config/model.ts";
import { emulatedBackend } from "./emulated/backend.ts";
import { lvmBackend } from "./lvm/backend.ts";
import type { ObserveCommand } from "./lvm/run/measured.ts";
import type { ReconfigurableStorage } from "./reconfigure.ts";
import { expandSpans, tagsOf } from "./span/expand.ts";

interface Means {
  readonly clock: Clock;
  readonly log: Logger;
  /** Of this process, see `lvmBackend`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told of each lvm command, for metrics. */
  readonly observe?: ObserveCommand;
}

/** Opens the storage that the configuration asks for. */
export function openStorage(config: LvmdConfig, means: Means): Promise<ReconfigurableStorage> {
  return assembleStorage(config, backendsOver(means), means);
}

/** Ends what a former process left half done, and tells what it found. No daemon may be at work meanwhile. */
export async function checkStorage(config: LvmdConfig, means: Means): Promise<CheckReport> {
  const backend = backendsOver(means)(config);
  const { classes } = expandSpans(
    config.deviceClasses,
    await backend.groupsByTag(config, tagsOf(config.deviceClasses)),
  );
  return backend.check({ ...config, deviceClasses: classes });
}

/** The backend that a configuration asks for; one of each kind, so that emulated volumes outlive a change of it. */
function backendsOver(means: Means): (config: LvmdConfig) => Backend {
  const emulated = emulatedBackend(means.log);
  const host = lvmBackend(means);
  return (config) => (config.emulated === undefined ? host : emulated);
}
