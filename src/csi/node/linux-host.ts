import { release } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { linuxFileSystems } from "../filesystem/linux.ts";
import { createMarks } from "../filesystem/marks.ts";
import { linuxDeviceNodes } from "../mount/device-nodes.ts";
import { linuxMounts } from "../mount/linux.ts";
import { runCommand } from "../mount/run.ts";
import { linuxTargets } from "../mount/targets.ts";
import { usageReader } from "../mount/usage.ts";
import type { NodeDependencies } from "./dependencies.ts";

export interface LinuxHostOptions {
  /** Where device nodes of volumes are put; `/dev/topolvm` as with TopoLVM, whose mounts are then known. */
  readonly deviceFolder: string;
  /** A folder on the node's own disk, which outlives this process and the machine's restart. */
  readonly stateFolder: string;
  readonly clock: Clock;
}

/** A file system that does not answer for this long is taken for dead; kubelet asks every minute. */
const usageLimitMs = 5_000;

/** The machine that this process runs on. Needs root. */
export function linuxHost({
  deviceFolder,
  stateFolder,
  clock,
}: LinuxHostOptions): Pick<NodeDependencies, "mounts" | "fileSystems" | "devices" | "targets" | "readUsage"> {
  const marks = createMarks(join(stateFolder, "formatting"));
  return {
    mounts: linuxMounts(runCommand),
    fileSystems: linuxFileSystems({ run: runCommand, marks, kernelRelease: release() }),
    devices: linuxDeviceNodes(deviceFolder, runCommand),
    targets: linuxTargets,
    readUsage: usageReader(clock, usageLimitMs),
  };
}
