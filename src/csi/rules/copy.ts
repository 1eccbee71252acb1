import { annotationClass } from "../../capacity/device-class.ts";
import type { LogicalVolume } from "../../cluster/objects/logical-volume.ts";
import { refuse } from "./refuse.ts";
import type { Wanted } from "./topology.ts";

/** A LogicalVolume that is a snapshot, and no volume that pods use. */
export function isSnapshot(volume: LogicalVolume): boolean {
  return volume.accessType === "ro";
}

/**
 * Checks that a volume can be a copy of `source`: LVM copies within one volume group or thin pool.
 * @throws NativestorError `invalid-argument` for another class; `resource-exhausted` for another node, upon which
 * csi-provisioner has the pod scheduled anew
 */
export function checkCopy(source: LogicalVolume, deviceClass: string, wanted: Wanted | undefined): void {
  if (source.deviceClass !== deviceClass)
    refuse(
      "volume_content_source",
      `is of device class ${annotationClass(source.deviceClass)}, and ${annotationClass(deviceClass)} is asked for: copies stay in their class`,
    );
  if (wanted !== undefined && !wanted.possible.has(source.nodeName))
    refuse(
      "accessibility_requirements",
      `leave out node ${source.nodeName}, where the source is: copies stay on their node`,
      "resource-exhausted",
    );
}
