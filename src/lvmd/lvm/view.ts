import type { DeviceClass } from "../config/device-class.ts";
import { isInternal } from "../names.ts";
import { unpromisedBytes } from "../overprovision.ts";
import type { ClassState, ThinPoolState, Volume } from "../storage.ts";
import { fullness } from "../thin/guard.ts";
import { allocatableExtents } from "./capacity/allocatable.ts";
import { layoutArguments, layoutOf } from "./capacity/layout.ts";
import { classHealth, type Sight, volumeHealth } from "./health.ts";
import { copyingMark, isMark, sourceIn } from "./marks.ts";
import { deviceBytes, type GroupReport, isCopyOnWrite, isPool, isSyncing, type VolumeReport } from "./report/group.ts";

/** Volumes of a class: the thick ones of its group, or the thin ones of its pool. */
export function volumesIn(group: GroupReport, deviceClass: DeviceClass): VolumeReport[] {
  const pool = deviceClass.thinPool?.name ?? "";
  return group.volumes.filter((volume) => volume.pool === pool && !isPool(volume) && !isHidden(volume));
}

/** Nobody may see it: it is on its way out, or has not its content yet. */
function isHidden({ name, tags }: VolumeReport): boolean {
  return isInternal(name) || tags.includes(copyingMark);
}

/** The volume of that name, where it is one of the class. */
export function volumeIn(group: GroupReport, deviceClass: DeviceClass, name: string): VolumeReport | undefined {
  return volumesIn(group, deviceClass).find((volume) => volume.name === name);
}

/** A volume as the world sees it. */
export function volumeOf(deviceClass: DeviceClass, volume: VolumeReport): Volume {
  const health = volumeHealth(volume);
  const storePercent = isCopyOnWrite(volume) ? volume.dataPercent : undefined;
  return {
    name: volume.name,
    deviceClass: deviceClass.name,
    sizeBytes: deviceBytes(volume),
    // a volume that is not active has no device, which LVM tells as −1
    devMajor: Math.max(0, volume.major),
    devMinor: Math.max(0, volume.minor),
    tags: callersTags(volume),
    path: volume.path,
    attr: volume.attr,
    ...(health === undefined ? {} : { health }),
    ...(storePercent === undefined ? {} : { storePercent }),
    ...(isSyncing(volume) ? { syncPercent: volume.syncPercent } : {}),
  };
}

/** Tags without our own. */
export function callersTags(volume: VolumeReport): string[] {
  return volume.tags.filter((tag) => !isMark(tag));
}

/** What a snapshot was made of, also where that is gone; empty for other volumes. */
export function sourceOf(volume: VolumeReport): string {
  return volume.origin !== "" ? volume.origin : (sourceIn(volume.tags) ?? "");
}

/** Thick snapshots that hang on a volume. */
export function hangingOn(group: GroupReport, volume: VolumeReport): VolumeReport[] {
  return volume.pool === "" ? group.volumes.filter((other) => other.origin === volume.name && other.pool === "") : [];
}

/** Why a thin class takes no more, whatever was promised. */
export function refusalOf(group: GroupReport, deviceClass: DeviceClass): string | undefined {
  const pool = poolIn(group, deviceClass);
  return pool && deviceClass.thinPool && fullness(deviceClass.thinPool, pool.dataPercent ?? 0);
}

/** The pool of a thin class; undefined where it does not exist. */
function poolIn(group: GroupReport, deviceClass: DeviceClass): VolumeReport | undefined {
  return group.volumes.find((volume) => volume.name === deviceClass.thinPool?.name && isPool(volume));
}

/** Bytes that a new volume of the class can have, spare room included; none of a pool whose real use is above its limit. */
export function roomBytes(group: GroupReport, deviceClass: DeviceClass): bigint {
  const pool = poolIn(group, deviceClass);
  if (deviceClass.thinPool === undefined) return allocatableBytes(group, layoutArguments(deviceClass, undefined));
  if (pool === undefined) return 0n;
  if (fullness(deviceClass.thinPool, pool.dataPercent ?? 0) !== undefined) return 0n;
  const virtualBytes = volumesIn(group, deviceClass).reduce((sum, volume) => sum + volume.lvSizeBytes, 0n);
  return unpromisedBytes(pool.lvSizeBytes, deviceClass.thinPool.overprovisionRatio, virtualBytes);
}

/** Bytes of data that one new volume with these arguments of lvcreate can have. */
export function allocatableBytes(group: GroupReport, args: readonly string[]): bigint {
  return BigInt(allocatableExtents(group.freeRuns, layoutOf(args))) * group.extentBytes;
}

/** Room of a class as it is told; of a group that is not there, none. */
export function stateOf(sight: Sight, deviceClass: DeviceClass): ClassState {
  const { group } = sight;
  const health = classHealth(sight, deviceClass);
  const base = {
    deviceClass: deviceClass.name,
    isDefault: deviceClass.isDefault,
    ...(health === undefined ? {} : { health }),
  };
  if (group === undefined) return { ...base, freeBytes: 0n, sizeBytes: 0n, groupFreeBytes: 0n, thinPool: undefined };
  if (deviceClass.thinPool !== undefined) return thinState(group, deviceClass, base);
  const freeBytes = notBelowZero(roomBytes(group, deviceClass) - deviceClass.spareBytes);
  return { ...base, freeBytes, sizeBytes: group.sizeBytes, groupFreeBytes: freeBytes, thinPool: undefined };
}

function thinState(
  group: GroupReport,
  deviceClass: DeviceClass,
  base: Pick<ClassState, "deviceClass" | "isDefault" | "health">,
): ClassState {
  const pool = poolIn(group, deviceClass);
  const overprovisionBytes = roomBytes(group, deviceClass);
  const thinPool: ThinPoolState = {
    dataPercent: pool?.dataPercent ?? 0,
    metadataPercent: pool?.metadataPercent ?? 0,
    overprovisionBytes,
    sizeBytes: pool?.lvSizeBytes ?? 0n,
  };
  return {
    ...base,
    freeBytes: overprovisionBytes,
    sizeBytes: group.sizeBytes,
    groupFreeBytes: notBelowZero(group.freeBytes - deviceClass.spareBytes),
    thinPool,
  };
}

function notBelowZero(bytes: bigint): bigint {
  return bytes > 0n ? bytes : 0n;
}
