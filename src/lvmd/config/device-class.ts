/** A kind of volumes: where they are cut from, and how. */
export interface DeviceClass {
  readonly name: string;
  /** The volume group. Of a class over several (`span`) the first one, empty where a tag names them. */
  readonly volumeGroup: string;
  /** Set where the class has several volume groups, or those with a tag. */
  readonly span: GroupSpan | undefined;
  readonly isDefault: boolean;
  /** Room of each volume group that is not told to anyone. */
  readonly spareBytes: bigint;
  /** Number of disks that a volume is spread over; undefined leaves it to LVM. */
  readonly stripe: number | undefined;
  /** Size of a stripe as lvcreate's `-I` takes it, such as `64k`. Means nothing without `stripe`. */
  readonly stripeSize: string | undefined;
  /** Further arguments of lvcreate. */
  readonly lvcreateOptions: readonly string[];
  /** The pool of a thin class; undefined for a thick one. */
  readonly thinPool: ThinPool | undefined;
  /** Signatures of former file systems are wiped from a new volume. */
  readonly wipeOnCreate: boolean;
  readonly onDelete: OnDelete;
  /** Room of a thick snapshot for what changes. */
  readonly snapshotStore: SnapshotStore;
  /** Set where that room grows as it fills. */
  readonly snapshotGrow: StoreGrowth | undefined;
  /** Most bytes per second that copying a thick volume may take; undefined sets no limit. */
  readonly copyBandwidthBytes: bigint | undefined;
}

/** Volume groups of one class. */
export interface GroupSpan {
  /** By name, or all that have an LVM tag. */
  readonly groups: { readonly names: readonly string[] } | { readonly tag: string };
  readonly placement: Placement;
}

/** `best`: the group with the least room that is enough, which keeps large rooms whole. `spread`: the one with the most. */
export type Placement = "best" | "spread";

export interface ThinPool {
  readonly name: string;
  /** How many times the pool's size may be promised, at least 1. */
  readonly overprovisionRatio: number;
  /** Set where the daemon makes a pool that is missing. */
  readonly create: PoolCreation | undefined;
  /** Set where the daemon lets the pool grow as it fills. */
  readonly grow: PoolGrowth | undefined;
  /** From this much real use on (0 to 100) the pool promises nothing more; undefined sets no limit. */
  readonly maxDataPercent: number | undefined;
}

/** A size, or a share of something. */
export type Amount = { readonly bytes: bigint } | { readonly percent: number };

/** How a pool is made. */
export interface PoolCreation {
  /** Size of its data; a share is that of the volume group's free room. */
  readonly size: Amount;
  /** Size of its metadata; undefined reckons it as LVM does. */
  readonly metadataBytes: bigint | undefined;
  /** Size of its chunks; undefined leaves it to LVM. */
  readonly chunkBytes: bigint | undefined;
}

/** When a pool grows, and by how much: out of the volume group's free room, spare room kept back. */
export interface PoolGrowth {
  /** Fill level of the data, 0 to 100, from which on it grows. */
  readonly dataPercent: number;
  /** As `dataPercent`, of the metadata. */
  readonly metadataPercent: number;
  /** How much larger it becomes; a share is that of its size. */
  readonly by: Amount;
  /** Largest size of the data; undefined lets it take all that is free. */
  readonly limitBytes: bigint | undefined;
}

/** What is done with the content of a volume before it is removed. */
export interface OnDelete {
  readonly mode: (typeof deleteModes)[number];
  /** Most bytes per second that this may take; undefined sets no limit. */
  readonly bandwidthBytes: bigint | undefined;
}

export const deleteModes = ["none", "discard", "zero"] as const;

/** As large as the request asks, as large as can ever be needed, or a share (0 to 100) of the source. */
export type SnapshotStore = "asked" | "full" | { readonly percent: number };

/** When the room of a thick snapshot for changes grows: out of the volume group's free room, spare room kept back. */
export interface StoreGrowth {
  /** Fill level, 0 to 100, from which on it grows. */
  readonly percent: number;
  /** How much larger it becomes; a share is that of its size. */
  readonly by: Amount;
}

/** Arguments of lvcreate that a request can ask for by name; they take the place of the device class's own. */
export interface OptionClass {
  readonly name: string;
  readonly options: readonly string[];
}

/** All of a class that has a default, with it, but for the spare room, of which there is none. */
export const plainClass: Omit<DeviceClass, "name" | "volumeGroup"> = {
  span: undefined,
  isDefault: false,
  spareBytes: 0n,
  stripe: undefined,
  stripeSize: undefined,
  lvcreateOptions: [],
  thinPool: undefined,
  wipeOnCreate: true,
  onDelete: { mode: "none", bandwidthBytes: undefined },
  snapshotStore: "asked",
  snapshotGrow: undefined,
  copyBandwidthBytes: undefined,
};
