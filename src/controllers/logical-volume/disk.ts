import { NativestorError } from "../../base/errors.ts";
import type { LvmdClient } from "../../lvmd/client.ts";

/** A volume by what lvmd knows of it. */
export interface DiskVolume {
  /** Name on disk: the LogicalVolume's UID. */
  readonly uid: string;
  readonly deviceClass: string;
  readonly optionClass: string;
  readonly wantedBytes: bigint;
}

/** The node's disks. Sizes that are answered are real ones, in bytes; errors are of lvmd's own code. */
export interface Disk {
  /** Size of a volume; undefined where it is not there. */
  measure(volume: DiskVolume): Promise<bigint | undefined>;
  make(volume: DiskVolume): Promise<bigint>;
  /** @param source name of its source on disk */
  copy(volume: DiskVolume, source: string, accessType: "ro" | "rw"): Promise<bigint>;
  grow(volume: DiskVolume): Promise<bigint>;
  /** Takes it off, where it is there. @throws NativestorError `not-found` where its class is not known */
  remove(volume: DiskVolume): Promise<void>;
}

/** The disks behind an lvmd, ours or TopoLVM's. */
export function lvmdDisk({ volumes, groups }: Pick<LvmdClient, "volumes" | "groups">): Disk {
  async function measure({ uid, deviceClass }: DiskVolume): Promise<bigint | undefined> {
    const list = await groups.getLVList({ deviceClass });
    return list.volumes.find(({ name }) => name === uid)?.sizeBytes;
  }

  return {
    measure,
    make: async ({ uid, deviceClass, optionClass, wantedBytes }) => {
      const request = { name: uid, tags: [], deviceClass, lvcreateOptionClass: optionClass, sizeBytes: wantedBytes };
      const { volume } = await volumes.createLV(request);
      return volume?.sizeBytes ?? wantedBytes;
    },
    copy: async ({ uid, deviceClass, wantedBytes }, sourceVolume, accessType) => {
      const request = { name: uid, tags: [], deviceClass, sourceVolume, accessType, sizeBytes: wantedBytes };
      const { snapshot } = await volumes.createLVSnapshot(request);
      return snapshot?.sizeBytes ?? wantedBytes;
    },
    grow: async (volume) => {
      const { uid, deviceClass, wantedBytes } = volume;
      const { sizeBytes } = await volumes.resizeLV({ name: uid, deviceClass, sizeBytes: wantedBytes });
      // older versions of TopoLVM's lvmd answer nothing
      return sizeBytes > 0n ? sizeBytes : ((await measure(volume)) ?? wantedBytes);
    },
    remove: async (volume) => {
      const { uid, deviceClass } = volume;
      try {
        // without a look before: a creation whose caller died may still be under way, and lvmd keeps their order
        await volumes.removeLV({ name: uid, deviceClass });
      } catch (error) {
        if (NativestorError.from(error).code !== "not-found") throw error;
        // the volume is gone; or its class is not known, which this finds out
        await groups.getLVList({ deviceClass });
      }
    },
  };
}
