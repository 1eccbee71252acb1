import type { Logger } from "../../base/log.ts";
import type { Backend } from "../backend.ts";
import type { LvmdConfig } from "../config/model.ts";
import { checkEmulated } from "./check.ts";
import { groupFiles } from "./file.ts";
import { openEmulatedStorage } from "./storage.ts";
import type { EmulatedUse } from "./use.ts";

/** Volume groups of the configuration's `emulated`. Volumes without a folder live as long as the answer is kept. */
export function emulatedBackend(log: Logger, use?: EmulatedUse): Backend {
  const memory = groupFiles(undefined);
  const filesOf = ({ emulated }: LvmdConfig) => (emulated?.folder === undefined ? memory : groupFiles(emulated.folder));
  return {
    open: (config) => {
      const groups = config.emulated?.groups ?? [];
      return openEmulatedStorage({
        config,
        groups,
        files: filesOf(config),
        log,
        ...(use === undefined ? {} : { use }),
      });
    },
    check: (config) => checkEmulated(config.emulated?.groups ?? [], config.deviceClasses, filesOf(config)),
    groupsByTag: async ({ emulated }, tags) => {
      const named = (tag: string) => emulated?.groups.filter((group) => group.tags?.includes(tag)) ?? [];
      return new Map(tags.map((tag) => [tag, named(tag).map(({ name }) => name)]));
    },
  };
}
