import { NativestorError } from "../../base/errors.ts";
import { commandError, type Run, runWell } from "../mount/run.ts";
import { type FileSystem, fileSystems } from "../rules/file-systems.ts";
import { blankAreas } from "./blank.ts";
import { blkidArguments, readBlkid } from "./blkid.ts";
import { checkCommand, formatCommand, growCommand, renewCommand, versionCommands } from "./commands.ts";
import { featureArguments } from "./features.ts";
import type { Marks } from "./marks.ts";
import type { Content, Device, FileSystems } from "./port.ts";
import { areZero, readHead } from "./read-device.ts";
import { superblockBytes, superblockSize } from "./superblock.ts";
import { type Version, versionIn } from "./version.ts";

export interface LinuxFileSystemsOptions {
  readonly run: Run;
  readonly marks: Marks;
  /** Of the running kernel, as os.release() tells it. */
  readonly kernelRelease: string;
}

/** File systems by the system's own programs: e2fsprogs, xfsprogs, btrfs-progs and blkid of util-linux. */
export function linuxFileSystems({ run, marks, kernelRelease }: LinuxFileSystemsOptions): FileSystems {
  const kernel = versionIn(kernelRelease);

  async function mkfsVersion(fileSystem: FileSystem): Promise<Version | undefined> {
    const { command, args } = versionCommands[fileSystem];
    const { stdout, stderr } = await run(command, args);
    return versionIn(`${stdout}\n${stderr}`);
  }

  async function features(fileSystem: FileSystem): Promise<string[]> {
    const mkfs = await mkfsVersion(fileSystem);
    return mkfs === undefined || kernel === undefined ? [] : featureArguments(fileSystem, mkfs, kernel);
  }

  return {
    inspect: async (device) => {
      if (await marks.has(device.volumeId)) return { kind: "blank" };
      const found = readBlkid(await run("blkid", blkidArguments(device.path)));
      switch (found.kind) {
        case "file-system":
          return { ...found, sizeBytes: await sizeOn(device.path, found.type) };
        case "other":
          return found;
        case "nothing":
          return inspectUnsigned(device);
      }
    },
    format: async (device, fileSystem) => {
      const { command, args } = formatCommand(fileSystem, device, await features(fileSystem));
      await marks.set(device.volumeId);
      await runWell(run, command, args);
      await marks.clear(device.volumeId);
    },
    check: async (device, fileSystem) => {
      const check = checkCommand(fileSystem, device);
      if (check === undefined) return;
      const result = await run(check.command, check.args);
      // 1: errors were corrected; fsck(8)
      if (result.status <= 1) return;
      const { message } = commandError(check.command, result);
      throw new NativestorError("failed-precondition", `the file system needs a person to repair it: ${message}`);
    },
    renew: async (device, fileSystem, uuid) => {
      const renew = renewCommand(fileSystem, device, uuid);
      if (renew !== undefined) await runWell(run, renew.command, renew.args);
    },
    grow: async (device, fileSystem, mountPoint) => {
      const { command, args } = growCommand(fileSystem, device, mountPoint);
      await runWell(run, command, args);
    },
  };
}

async function inspectUnsigned(device: Device): Promise<Content> {
  const isBlank = await areZero(device.path, blankAreas(device.sizeBytes, device.readsZero));
  return isBlank ? { kind: "blank" } : { kind: "other", what: "data without a signature" };
}

async function sizeOn(path: string, type: string): Promise<bigint | undefined> {
  const fileSystem = fileSystems.find((one) => one === type);
  return fileSystem && superblockSize(fileSystem, await readHead(path, superblockBytes));
}
