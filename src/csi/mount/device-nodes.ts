import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { NativestorError } from "../../base/errors.ts";
import { deviceNumber } from "./linux.ts";
import { volumeOfMappedName } from "./mapped-name.ts";
import { type Run, runWell } from "./run.ts";

/** Device nodes of the plugin's own, so that a renamed volume group, or a container without the host's /dev, does not matter. */
export interface DeviceNodes {
  /**
   * Path of the node of a volume, made where it is missing or another device's.
   * @throws NativestorError `unavailable` where the numbers are another volume's now, `not-found` where they are nobody's
   */
  place(volumeId: string, major: number, minor: number): Promise<string>;
  remove(volumeId: string): Promise<void>;
  /** Size of a device in bytes. @throws NativestorError `not-found` where there is none */
  sizeBytes(major: number, minor: number): Promise<bigint>;
}

/** Nodes in `folder`, sizes and names from sysfs. */
export function linuxDeviceNodes(folder: string, run: Run, sysfs = "/sys"): DeviceNodes {
  async function attribute(major: number, minor: number, name: string): Promise<string> {
    try {
      return (await readFile(join(sysfs, "dev/block", `${major}:${minor}`, name), "utf8")).trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new NativestorError("not-found", `volume_id: its device ${major}:${minor} is not on this node`);
    }
  }

  // numbers are given anew whenever a volume is activated: old ones would show one pod the data of another
  async function checkVolume(volumeId: string, major: number, minor: number): Promise<void> {
    const name = await attribute(major, minor, "dm/name");
    if (volumeOfMappedName(name) === volumeId) return;
    throw new NativestorError(
      "unavailable",
      `volume_id: its device ${major}:${minor} is ${name} now: lvmd has yet to see where the volume went`,
    );
  }

  return {
    place: async (volumeId, major, minor) => {
      await checkVolume(volumeId, major, minor);
      const path = join(folder, volumeId);
      if ((await deviceNumber(path)) === `${major}:${minor}`) return path;
      await mkdir(folder, { recursive: true });
      await rm(path, { force: true });
      await runWell(run, "mknod", ["-m", "0600", path, "b", String(major), String(minor)]);
      return path;
    },
    remove: (volumeId) => rm(join(folder, volumeId), { force: true }),
    // in sectors of 512 bytes, whatever those of the device: stat's size of a block device is 0
    sizeBytes: async (major, minor) => BigInt(await attribute(major, minor, "size")) * 512n,
  };
}
