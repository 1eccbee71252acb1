/** A logical volume as the rest of the world sees it. */
export interface Volume {
  readonly name: string;
  /** As in requests: "" was resolved to the default class's own name. */
  readonly deviceClass: string;
  /** Real size in bytes: whole extents. */
  readonly sizeBytes: bigint;
  readonly devMajor: number;
  readonly devMinor: number;
  readonly tags: readonly string[];
  /** Path of the block device. */
  readonly path: string;
  /** lv_attr, as in lvs(8). */
  readonly attr: string;
  /** What is wrong with it, as the end of a sentence, such as "uses a disk that is missing"; nothing where it is well. */
  readonly health?: string | undefined;
  /** Fill level, 0 to 100, of a thick snapshot's room for changes; nothing for other volumes. */
  readonly storePercent?: number | undefined;
  /** How much of a RAID's disks is the same, 0 to 100, while it is not all; nothing for other volumes. */
  readonly syncPercent?: number | undefined;
}

export interface CreateVolume {
  readonly name: string;
  /** Empty means the default class. */
  readonly deviceClass: string;
  /** Empty means none. */
  readonly optionClass: string;
  readonly tags: readonly string[];
  readonly sizeBytes: bigint;
}

export interface CreateSnapshot {
  readonly name: string;
  readonly deviceClass: string;
  readonly sourceVolume: string;
  /** Whether the snapshot can be written to. */
  readonly accessType: "ro" | "rw";
  readonly tags: readonly string[];
  readonly sizeBytes: bigint;
}

/** Room of a device class, in bytes. */
export interface ClassState {
  readonly deviceClass: string;
  readonly isDefault: boolean;
  /** What may be promised: spare room taken off (thick), or the virtual room left (thin). */
  readonly freeBytes: bigint;
  /** Size of the volume group. */
  readonly sizeBytes: bigint;
  /** Free room of the volume group itself, spare room taken off. The same as `freeBytes` for a thick class. */
  readonly groupFreeBytes: bigint;
  readonly thinPool: ThinPoolState | undefined;
  /** What is wrong with the volume group, its disks or the pool, as a sentence; nothing where all is well. */
  readonly health?: string | undefined;
  /** The volume groups one by one, of a class that has several. */
  readonly groups?: readonly GroupState[];
}

/** Room of one volume group of a class, as in `ClassState`. */
export interface GroupState {
  readonly volumeGroup: string;
  readonly freeBytes: bigint;
  readonly sizeBytes: bigint;
  readonly health?: string | undefined;
}

export interface ThinPoolState {
  /** Fill level of the pool, 0 to 100. */
  readonly dataPercent: number;
  readonly metadataPercent: number;
  /** Virtual bytes that may still be promised: floor(size × ratio) − virtual sizes, never below 0. */
  readonly overprovisionBytes: bigint;
  readonly sizeBytes: bigint;
}

/**
 * The storage of one host, by device class. One real implementation (`lvm/`) and one in memory (`emulated/`); both pass
 * the same contract suite. Every method rejects with a NativestorError whose code is the gRPC code of the contract:
 * unknown class `not-found`, too little room `resource-exhausted` with the figures, bad names and sizes `invalid-argument`.
 */
export interface Storage {
  /** The same request twice is answered with the volume that exists; another one of that name is `already-exists`. */
  createVolume(request: CreateVolume): Promise<Volume>;
  removeVolume(name: string, deviceClass: string): Promise<void>;
  /** Answers the real size; asking for less is a no-op that answers the current one. */
  resizeVolume(name: string, deviceClass: string, sizeBytes: bigint): Promise<bigint>;
  /**
   * Makes a snapshot. Of a thick class only a read-only one hangs on its source; one that can be written to is a copy that
   * stands alone. A copy that takes long rejects with `aborted`; the same request later finds it done.
   */
  createSnapshot(request: CreateSnapshot): Promise<Volume>;
  listVolumes(deviceClass: string): Promise<Volume[]>;
  /** State of one class, or of the default one. */
  classState(deviceClass: string): Promise<ClassState>;
  /** State of all classes, in the order of the configuration. */
  state(): Promise<ClassState[]>;
  /** Names of the option classes, in the order of the configuration. */
  optionClasses(): readonly string[];
  /** Calls `listener` after each change of what is told; the answer unsubscribes. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}
