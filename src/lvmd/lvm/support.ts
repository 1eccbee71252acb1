import { NativestorError } from "../../base/errors.ts";
import type { DeviceClass } from "../config/device-class.ts";

/**
 * Refuses settings that are there for emulated groups only. Silently left out they would be promises not kept: content
 * that is not wiped, a pool that runs full.
 * @throws NativestorError `failed-precondition` naming the class and the field
 */
export function refuseUnsupported(classes: readonly DeviceClass[]): void {
  for (const deviceClass of classes) {
    const field = unsupported(deviceClass);
    if (field === undefined) continue;
    throw new NativestorError(
      "failed-precondition",
      `device class ${deviceClass.name}: ${field} is possible with emulated volume groups only, leave it out`,
    );
  }
}

function unsupported({ span, onDelete, thinPool }: DeviceClass): string | undefined {
  if (span !== undefined) return "a choice of several volume groups";
  if (onDelete.mode !== "none") return "on-delete";
  if (thinPool?.create !== undefined) return "thin-pool.create";
  return thinPool?.grow === undefined ? undefined : "thin-pool.grow";
}
