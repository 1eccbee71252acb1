const separator = /^((?:[^-]|--)+)-((?:[^-]|--)+)$/;

/**
 * The logical volume that a mapped device shows, by device-mapper's name of it: group and volume joined by a hyphen, with
 * the hyphens of both doubled. Source: lvm2, "Device Mapper names" in lvm(8); `dmsetup splitname` reads it likewise.
 * @returns undefined where the name is none of LVM's
 */
export function volumeOfMappedName(name: string): string | undefined {
  return separator.exec(name)?.[2]?.replaceAll("--", "-");
}
