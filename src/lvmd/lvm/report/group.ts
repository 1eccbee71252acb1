import type { LvAttributes } from "../attr.ts";

/** What is told of a volume group as a whole. */
export interface GroupFigures {
  readonly name: string;
  readonly uuid: string;
  readonly sizeBytes: bigint;
  readonly freeBytes: bigint;
  readonly extentBytes: bigint;
  /** Rises by one with each change of the metadata. */
  readonly sequence: bigint;
  readonly missingDisks: number;
  /** As the second letter of vg_attr: false where the group may not be changed. */
  readonly writeable: boolean;
}

/** A volume group as LVM's report tells it at one moment. */
export interface GroupReport extends GroupFigures {
  readonly disks: readonly DiskReport[];
  /** All but LVM's own inner volumes; thin pools included. */
  readonly volumes: readonly VolumeReport[];
  /** Runs of free extents on disks that may be used. */
  readonly freeRuns: readonly FreeRun[];
}

export interface DiskReport {
  readonly uuid: string;
  readonly path: string;
  readonly allocatable: boolean;
  readonly missing: boolean;
  readonly extents: number;
  readonly usedExtents: number;
}

/** New volumes may lie on it. */
export function isUsable({ allocatable, missing }: DiskReport): boolean {
  return allocatable && !missing;
}

/** Free extents that lie together on one disk. */
export interface FreeRun {
  readonly disk: string;
  readonly extents: number;
}

export interface VolumeReport {
  readonly uuid: string;
  readonly name: string;
  readonly path: string;
  /** As lv_size says; for a copy-on-write snapshot that is the room for changes, see `originSizeBytes`. */
  readonly lvSizeBytes: bigint;
  readonly attr: string;
  readonly attributes: LvAttributes;
  readonly tags: readonly string[];
  /** Pool of a thin volume, else empty. */
  readonly pool: string;
  /** Source of a snapshot, else empty. */
  readonly origin: string;
  /** Size of a copy-on-write snapshot's origin, which is the size of the snapshot's device. */
  readonly originSizeBytes: bigint | undefined;
  /** Fill level in percent of thin pools, thin volumes and copy-on-write snapshots. */
  readonly dataPercent: number | undefined;
  readonly metadataPercent: number | undefined;
  /** Size of a thin pool's metadata. */
  readonly metadataBytes: bigint | undefined;
  /** How much of a RAID or mirror is the same on all disks, in percent; undefined for other volumes. */
  readonly syncPercent: number | undefined;
  /** −1 while the volume is not active. */
  readonly major: number;
  readonly minor: number;
}

/** The volume is a thin pool. */
export function isPool(volume: VolumeReport): boolean {
  return volume.attributes.type === "thin-pool";
}

/** The volume is a thick snapshot: its own extents hold the changes, its device is as large as its origin. */
export function isCopyOnWrite(volume: VolumeReport): boolean {
  return volume.pool === "" && volume.origin !== "" && volume.attributes.target === "snapshot";
}

/** Size of the volume's device. */
export function deviceBytes(volume: VolumeReport): bigint {
  return isCopyOnWrite(volume) ? (volume.originSizeBytes ?? volume.lvSizeBytes) : volume.lvSizeBytes;
}

/** Disks of a RAID are not all the same yet, or not any more. */
export function isSyncing({ attributes, syncPercent }: VolumeReport): boolean {
  return (
    (attributes.target === "raid" || attributes.target === "mirror") && syncPercent !== undefined && syncPercent < 100
  );
}
