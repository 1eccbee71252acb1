import { NativestorError } from "../../base/errors.ts";
import type { Device, FileSystems } from "../filesystem/port.ts";
import type { FileSystem } from "../rules/file-systems.ts";
import type { NodeVolume } from "./volumes.ts";

/** A file system that can be mounted. */
export interface Prepared {
  /** It is smaller than its device: a copy that was asked for larger than its source. */
  readonly hasToGrow: boolean;
}

/** Less than this at a device's end may be of no use to a file system. */
const slackBytes = 1n << 20n;

/**
 * Sees to it that a device which is mounted nowhere has the file system that is asked for: a blank one gets it, and one
 * that has it is checked.
 * @throws NativestorError `failed-precondition` where the device has anything else: that is never overwritten
 */
export async function prepare(
  fileSystems: FileSystems,
  volume: NodeVolume,
  device: Device,
  fileSystem: FileSystem,
): Promise<Prepared> {
  const content = await fileSystems.inspect(device);
  if (content.kind === "blank") {
    await fileSystems.format(device, fileSystem);
    return { hasToGrow: false };
  }
  if (content.kind === "other") throw unusable(volume, content.what, fileSystem);
  if (content.type !== fileSystem) throw unusable(volume, `the file system ${content.type}`, fileSystem);
  await fileSystems.check(device, fileSystem);
  if (volume.isCopy) await fileSystems.renew(device, fileSystem, content.uuid);
  return { hasToGrow: content.sizeBytes !== undefined && content.sizeBytes + slackBytes <= device.sizeBytes };
}

function unusable(volume: NodeVolume, has: string, fileSystem: FileSystem): NativestorError {
  return new NativestorError(
    "failed-precondition",
    `volume_capability.mount.fs_type: volume ${volume.id} holds ${has}, and ${fileSystem} is asked for: it is left as it is`,
  );
}
