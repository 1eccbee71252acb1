import type { Names } from "../../capacity/names.ts";
import type { FileSystems } from "../filesystem/port.ts";
import type { DeviceNodes } from "../mount/device-nodes.ts";
import type { Mounts } from "../mount/port.ts";
import type { Targets } from "../mount/targets.ts";
import type { ReadUsage } from "../mount/usage.ts";
import type { NodeVolumes } from "./volumes.ts";

/** What the node's calls work with. */
export interface NodeDependencies {
  readonly nodeName: string;
  readonly names: Names;
  /** How many volumes kubelet may place here; 0 for no bound. */
  readonly maxVolumes: number;
  readonly volumes: NodeVolumes;
  readonly mounts: Mounts;
  readonly fileSystems: FileSystems;
  readonly devices: DeviceNodes;
  readonly targets: Targets;
  readonly readUsage: ReadUsage;
}
