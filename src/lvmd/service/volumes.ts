import type { LVServiceImplementation } from "../../gen/lvmd.ts";
import type { Storage } from "../storage.ts";
import { accessTypeOf, logicalVolumeOf } from "./convert.ts";

/** LVService over a storage: what changes volumes. A change goes on to its end also where the caller has gone away. */
export function volumeService(storage: Storage): LVServiceImplementation {
  return {
    createLV: async ({ name, tags, deviceClass, lvcreateOptionClass, sizeBytes }) => {
      const volume = await storage.createVolume({
        name,
        tags,
        deviceClass,
        optionClass: lvcreateOptionClass,
        sizeBytes,
      });
      return { volume: logicalVolumeOf(volume) };
    },
    removeLV: async ({ name, deviceClass }) => {
      await storage.removeVolume(name, deviceClass);
      return {};
    },
    resizeLV: async ({ name, deviceClass, sizeBytes }) => ({
      sizeBytes: await storage.resizeVolume(name, deviceClass, sizeBytes),
    }),
    createLVSnapshot: async ({ name, tags, deviceClass, sourceVolume, accessType, sizeBytes }) => {
      const access = accessTypeOf(accessType);
      const request = { name, tags, deviceClass, sourceVolume, accessType: access, sizeBytes };
      return { snapshot: logicalVolumeOf(await storage.createSnapshot(request)) };
    },
  };
}
