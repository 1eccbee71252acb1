import { silentLogger } from "../../src/base/log.ts";
import { type DeviceClass, plainClass, type ThinPool } from "../../src/lvmd/config/device-class.ts";
import type { EmulatedGroup } from "../../src/lvmd/config/model.ts";
import { openEmulatedStorage } from "../../src/lvmd/emulated/storage.ts";
import type { Storage } from "../../src/lvmd/storage.ts";

const GiB = 1n << 30n;

/** A thick class `ssd` of the group `vg`, without spare room, unless `changes` say otherwise. */
export function deviceClass(changes: Partial<DeviceClass> = {}): DeviceClass {
  return {
    ...plainClass,
    name: "ssd",
    volumeGroup: "vg",
    ...changes,
  };
}

/** A thin class `thin` of the pool `pool` in `vg`. */
export function thinClass(overprovisionRatio: number, changes: Partial<DeviceClass> = {}): DeviceClass {
  return deviceClass({ name: "thin", thinPool: thinPool({ overprovisionRatio }), ...changes });
}

/** A pool `pool` that promises what it has, unless `changes` say otherwise. */
export function thinPool(changes: Partial<ThinPool> = {}): ThinPool {
  return {
    name: "pool",
    overprovisionRatio: 1,
    create: undefined,
    grow: undefined,
    maxDataPercent: undefined,
    ...changes,
  };
}

/** Emulated storage of these classes; every group that they name has 1 GiB unless `groups` say otherwise. */
export function emulated(
  deviceClasses: readonly DeviceClass[],
  options: { groups?: readonly EmulatedGroup[]; folder?: string } = {},
): Promise<Storage> {
  const names = new Set(deviceClasses.map((entry) => entry.volumeGroup));
  return openEmulatedStorage({
    config: { deviceClasses, optionClasses: [{ name: "plain", options: [] }] },
    groups: options.groups ?? [...names].map((name) => ({ name, sizeBytes: GiB })),
    folder: options.folder,
    log: silentLogger,
  });
}
