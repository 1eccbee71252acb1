import { NativestorError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { LvmdConfig } from "./config/model.ts";
import { openEmulatedStorage } from "./emulated/storage.ts";
import type { Storage } from "./storage.ts";

/** Opens the storage that the configuration asks for. */
export async function openStorage(config: LvmdConfig, log: Logger): Promise<Storage> {
  const { emulated } = config;
  if (emulated !== undefined)
    return openEmulatedStorage({ config, groups: emulated.groups, folder: emulated.folder, log });
  throw new NativestorError(
    "failed-precondition",
    "this build has no access to the host's LVM: give the configuration file a key `emulated` with volume groups",
  );
}
