import { type Clock, systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { assembleStorage } from "../../src/lvmd/assemble.ts";
import { type DeviceClass, plainClass, type ThinPool } from "../../src/lvmd/config/device-class.ts";
import type { EmulatedGroup, LvmdConfig } from "../../src/lvmd/config/model.ts";
import { emulatedBackend } from "../../src/lvmd/emulated/backend.ts";
import { groupFiles } from "../../src/lvmd/emulated/file.ts";
import { openEmulatedStorage } from "../../src/lvmd/emulated/storage.ts";
import type { EmulatedUse } from "../../src/lvmd/emulated/use.ts";
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

/** A configuration of these classes; every group that they name is emulated with 1 GiB unless `groups` say otherwise. */
export function configOf(deviceClasses: readonly DeviceClass[], groups = groupsOf(deviceClasses)): LvmdConfig {
  return {
    socketPath: "/run/lvmd.sock",
    socketMode: 0o600,
    socketGroup: undefined,
    metricsListen: undefined,
    nodeName: undefined,
    stateFolder: "/var/lib/nativestor/lvmd",
    deviceClasses,
    optionClasses: [{ name: "plain", options: [] }],
    lvmCommandPrefix: [],
    lvmOverrides: { devices: [], devicesFile: undefined, settings: [] },
    emulated: { folder: undefined, groups },
  };
}

function groupsOf(deviceClasses: readonly DeviceClass[]): readonly EmulatedGroup[] {
  const names = deviceClasses.flatMap(({ volumeGroup, span }) =>
    span !== undefined && "names" in span.groups ? span.groups.names : [volumeGroup],
  );
  return [...new Set(names)].map((name) => ({ name, sizeBytes: GiB }));
}

/** Storage as the daemon has it, over emulated groups. */
export function assembled(config: LvmdConfig, options: { use?: EmulatedUse; clock?: Clock } = {}) {
  const backend = emulatedBackend(silentLogger, options.use);
  return assembleStorage(config, () => backend, { clock: options.clock ?? systemClock, log: silentLogger });
}

/** Emulated storage of these classes; every group that they name has 1 GiB unless `groups` say otherwise. */
export function emulated(
  deviceClasses: readonly DeviceClass[],
  options: { groups?: readonly EmulatedGroup[]; folder?: string; use?: EmulatedUse } = {},
): Promise<Storage> {
  return openEmulatedStorage({
    config: configOf(deviceClasses),
    groups: options.groups ?? groupsOf(deviceClasses),
    files: groupFiles(options.folder),
    log: silentLogger,
    ...(options.use === undefined ? {} : { use: options.use }),
  });
}
