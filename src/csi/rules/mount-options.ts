import { quoted, refuse } from "./refuse.ts";

/** Options that a mount of ours is made with; what they would change is for us to say. */
const ours: ReadonlySet<string> = new Set(["bind", "rbind", "move", "remount", "loop", "defaults"]);
const ourKeys: ReadonlySet<string> = new Set(["loop", "offset", "sizelimit", "device", "helper", "uhelper"]);

/** `option` or `option=value`, without what would make several of it. */
const grammar = /^[A-Za-z_][A-Za-z0-9_.-]*(=[^,\s\\]*)?$/;

/** How a volume is to be mounted. */
export interface MountOptions {
  readonly isReadOnly: boolean;
  /** For mount -o, without `ro` and `rw`. */
  readonly options: readonly string[];
}

/**
 * Checks the options of a StorageClass or PersistentVolume, and joins them with what the call says.
 * @throws NativestorError `invalid-argument` for an option that is none, that is ours to choose, or `rw` with read-only
 */
export function readMountOptions(flags: readonly string[], isReadOnly: boolean): MountOptions {
  const options = flags.flatMap((flag) => flag.split(",")).filter((option) => option !== "");
  for (const option of options) check(option);
  const wantsReadOnly = isReadOnly || options.includes("ro");
  if (wantsReadOnly && options.includes("rw"))
    refuse("volume_capability.mount.mount_flags", "has rw, and the volume is to be read-only");
  return { isReadOnly: wantsReadOnly, options: [...new Set(options.filter((one) => one !== "ro" && one !== "rw"))] };
}

// a value may be secret, so that only the option's name is told
function check(option: string): void {
  const [key = ""] = option.split("=", 1);
  const field = "volume_capability.mount.mount_flags";
  if (!grammar.test(option)) refuse(field, `${quoted(key)} is no mount option`);
  if (ours.has(option) || ourKeys.has(key)) refuse(field, `${quoted(key)} is not for a volume to choose`);
}
