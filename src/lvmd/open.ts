import type { Clock } from "../base/clock.ts";
import { NativestorError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { assembleStorage } from "./assemble.ts";
import type { Backend } from "./backend.ts";
import type { LvmdConfig } from "./config/model.ts";
import { emulatedBackend } from "./emulated/backend.ts";
import type { ReconfigurableStorage } from "./reconfigure.ts";

/** Opens the storage that the configuration asks for. */
export async function openStorage(
  config: LvmdConfig,
  means: { readonly clock: Clock; readonly log: Logger },
): Promise<ReconfigurableStorage> {
  const emulated = emulatedBackend(means.log);
  return assembleStorage(config, ({ emulated: asked }) => (asked === undefined ? host : emulated), means);
}

const host: Backend = {
  open: async () => {
    throw new NativestorError(
      "failed-precondition",
      "this build has no access to the host's LVM: give the configuration file a key `emulated` with volume groups",
    );
  },
  groupsByTag: async () => new Map(),
};
