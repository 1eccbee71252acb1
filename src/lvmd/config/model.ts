/** The daemon's configuration, checked and with its defaults filled in. */
export interface LvmdConfig {
  readonly socketPath: string;
  /** In the order of the file; at least one, at most one of them the default. */
  readonly deviceClasses: readonly DeviceClass[];
  readonly optionClasses: readonly OptionClass[];
  /** What is put before `lvm` on the command line, such as `nsenter -m -u -i -n -t 1`. */
  readonly lvmCommandPrefix: readonly string[];
  /** Set where the volume groups are emulated instead of the host's. */
  readonly emulated: EmulatedConfig | undefined;
}

/** A kind of volumes: where they are cut from, and how. */
export interface DeviceClass {
  readonly name: string;
  readonly volumeGroup: string;
  readonly isDefault: boolean;
  /** Room of the volume group that is not told to anyone. */
  readonly spareBytes: bigint;
  /** Number of disks that a volume is spread over; undefined leaves it to LVM. */
  readonly stripe: number | undefined;
  /** Size of a stripe as lvcreate's `-I` takes it, such as `64k`. Means nothing without `stripe`. */
  readonly stripeSize: string | undefined;
  /** Further arguments of lvcreate. */
  readonly lvcreateOptions: readonly string[];
  /** The pool of a thin class; undefined for a thick one. */
  readonly thinPool: ThinPool | undefined;
}

interface ThinPool {
  readonly name: string;
  /** How many times the pool's size may be promised, at least 1. */
  readonly overprovisionRatio: number;
}

/** Arguments of lvcreate that a request can ask for by name; they take the place of the device class's own. */
export interface OptionClass {
  readonly name: string;
  readonly options: readonly string[];
}

export interface EmulatedConfig {
  /** Where the volumes are remembered; undefined forgets them at the end of the process. */
  readonly folder: string | undefined;
  readonly groups: readonly EmulatedGroup[];
}

/** A volume group that exists only here. */
export interface EmulatedGroup {
  readonly name: string;
  readonly sizeBytes: bigint;
  /** Sizes of thin pools; one that is not named shares the room that is left evenly with the others and the thick class. */
  readonly thinPools?: readonly EmulatedPool[];
}

interface EmulatedPool {
  readonly name: string;
  readonly sizeBytes: bigint;
}
