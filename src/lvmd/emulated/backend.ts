import type { Logger } from "../../base/log.ts";
import type { Backend } from "../backend.ts";
import { groupFiles } from "./file.ts";
import { openEmulatedStorage } from "./storage.ts";
import type { EmulatedUse } from "./use.ts";

/** Volume groups of the configuration's `emulated`. Volumes without a folder live as long as the answer is kept. */
export function emulatedBackend(log: Logger, use?: EmulatedUse): Backend {
  const memory = groupFiles(undefined);
  return {
    open: (config) => {
      const { folder, groups = [] } = config.emulated ?? {};
      const files = folder === undefined ? memory : groupFiles(folder);
      return openEmulatedStorage({ config, groups, files, log, ...(use === undefined ? {} : { use }) });
    },
    groupsByTag: async ({ emulated }, tags) => {
      const named = (tag: string) => emulated?.groups.filter((group) => group.tags?.includes(tag)) ?? [];
      return new Map(tags.map((tag) => [tag, named(tag).map(({ name }) => name)]));
    },
  };
}
