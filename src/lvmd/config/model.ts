import type { Address } from "../../base/address.ts";
import type { DeviceClass, OptionClass } from "./device-class.ts";

export type { DeviceClass, OptionClass } from "./device-class.ts";

/** The daemon's configuration, checked and with its defaults filled in. */
export interface LvmdConfig {
  readonly socketPath: string;
  /** Permissions of the socket's file; 0o600 by default. */
  readonly socketMode: number;
  /** Group that the socket is given to, by name or number; undefined leaves it to that of the process. */
  readonly socketGroup: string | undefined;
  /** Where metrics and health are served over plain HTTP; undefined serves them nowhere. */
  readonly metricsListen: MetricsAddress | undefined;
  /** The node's name in the metrics; undefined leaves it to who starts the daemon. */
  readonly nodeName: string | undefined;
  /** Where begun changes are remembered over a crash; one daemon at a time may use it. */
  readonly stateFolder: string;
  /** In the order of the file; at least one, at most one of them the default. */
  readonly deviceClasses: readonly DeviceClass[];
  readonly optionClasses: readonly OptionClass[];
  /** What is put before `lvm` on the command line, such as `nsenter -m -u -i -n -t 1`. */
  readonly lvmCommandPrefix: readonly string[];
  readonly lvmOverrides: LvmOverrides;
  /** Set where the volume groups are emulated instead of the host's. */
  readonly emulated: EmulatedConfig | undefined;
}

export type MetricsAddress = Address | { readonly socketPath: string };

/** What every lvm command is told beside its own arguments, see lvm(8). */
export interface LvmOverrides {
  /** `--devices`: the only devices that LVM looks at; all where it is empty. */
  readonly devices: readonly string[];
  /** `--devicesfile`: name of a file in /etc/lvm/devices. */
  readonly devicesFile: string | undefined;
  /** `--config`: settings of lvm.conf(5), each as `section/key=value`. */
  readonly settings: readonly string[];
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
  readonly tags?: readonly string[];
  /** Sizes of thin pools; one that is not named shares the room that is left evenly with the others and the thick class. */
  readonly thinPools?: readonly EmulatedPool[];
}

interface EmulatedPool {
  readonly name: string;
  readonly sizeBytes: bigint;
}
