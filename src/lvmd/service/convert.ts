import { NativestorError } from "../../base/errors.ts";
import type { LogicalVolume, WatchItem, WatchResponse } from "../../gen/lvmd.ts";
import type { ClassState, CreateSnapshot, Volume } from "../storage.ts";

/** A volume on the wire. */
export function logicalVolumeOf(volume: Volume): LogicalVolume {
  const { name, devMajor, devMinor, sizeBytes, path, attr } = volume;
  return { name, devMajor, devMinor, tags: [...volume.tags], sizeBytes, path, attr };
}

/** The state on the wire: each class's item tells the group's room, and beside it the pool's where it is thin. */
export function watchResponseOf(states: readonly ClassState[], optionClasses: readonly string[]): WatchResponse {
  return {
    freeBytes: states.find((state) => state.isDefault)?.freeBytes ?? 0n,
    items: states.map(watchItemOf),
    lvcreateOptionClasses: { names: [...optionClasses] },
  };
}

function watchItemOf(state: ClassState): WatchItem {
  const { deviceClass, isDefault, sizeBytes, groupFreeBytes: freeBytes, thinPool, health = "" } = state;
  return { deviceClass, freeBytes, sizeBytes, thinPool: thinPool && { ...thinPool }, isDefault, health };
}

/** Reads a snapshot's access type. @throws NativestorError `invalid-argument` */
export function accessTypeOf(text: string): CreateSnapshot["accessType"] {
  if (text === "ro" || text === "rw") return text;
  throw new NativestorError("invalid-argument", `access_type: is ${JSON.stringify(text)}, must be "ro" or "rw"`);
}
