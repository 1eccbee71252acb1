import type { MountEntry } from "../mount/mountinfo.ts";
import type { NodeVolume } from "./volumes.ts";

/** Something to be shown at a path, with all that was checked before anything is changed. */
export interface Publication {
  readonly volume: NodeVolume;
  /** As mountinfo has it. */
  readonly target: string;
  readonly mounts: readonly MountEntry[];
}
