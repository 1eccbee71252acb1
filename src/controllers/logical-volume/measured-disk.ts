import type { MeasureStep } from "../../base/measure.ts";
import type { Disk } from "./disk.ts";

/** A node's disks, with the waits for lvmd measured. */
export function measuredDisk(disk: Disk, measure: MeasureStep): Disk {
  return {
    measure: (volume) => disk.measure(volume),
    make: (volume) => measure("lvmd-create", () => disk.make(volume)),
    copy: (volume, source, accessType) => measure("lvmd-copy", () => disk.copy(volume, source, accessType)),
    grow: (volume) => measure("lvmd-grow", () => disk.grow(volume)),
    remove: (volume) => measure("lvmd-remove", () => disk.remove(volume)),
  };
}
