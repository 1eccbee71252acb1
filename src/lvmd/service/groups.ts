import type { VGServiceImplementation } from "../../gen/lvmd.ts";
import type { Storage } from "../storage.ts";
import { logicalVolumeOf, watchResponseOf } from "./convert.ts";
import { watchStates } from "./watch.ts";

/** VGService over a storage: what tells of volumes and room. */
export function groupService(storage: Storage): VGServiceImplementation {
  return {
    getLVList: async ({ deviceClass }) => ({
      volumes: (await storage.listVolumes(deviceClass)).map(logicalVolumeOf),
    }),
    getFreeBytes: async ({ deviceClass }) => ({ freeBytes: (await storage.classState(deviceClass)).freeBytes }),
    watch: async function* (_request, { signal }) {
      for await (const states of watchStates(storage, signal)) yield watchResponseOf(states, storage.optionClasses());
    },
  };
}
