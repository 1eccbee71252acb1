import type { DeviceClass } from "../config/model.ts";
import { unpromisedBytes } from "../overprovision.ts";
import type { ClassState, Volume } from "../storage.ts";
import { bytesOf } from "./extents.ts";

/** A volume group at one moment. A change makes a new one. */
export interface Group {
  readonly name: string;
  readonly extents: number;
  /** Extents of each thin pool. */
  readonly pools: ReadonlyMap<string, number>;
  readonly volumes: ReadonlyMap<string, StoredVolume>;
}

export interface StoredVolume {
  readonly name: string;
  /** Thin pool; undefined for a thick volume. */
  readonly pool: string | undefined;
  /** Size that a user of the device sees. */
  readonly extents: number;
  /** What it takes of the group: its size, nothing (thin), or its copy-on-write store. */
  readonly takenExtents: number;
  readonly tags: readonly string[];
  readonly minor: number;
  /** What it is a snapshot of. */
  readonly origin: string | undefined;
  readonly readOnly: boolean;
}

/** Major number that device-mapper mostly gets. */
const devMajor = 253;

/** Extents that nothing has taken. Spare room counts as free: it lowers what is told, not what can be had. */
export function freeExtents(group: Group): number {
  let free = group.extents;
  for (const extents of group.pools.values()) free -= extents;
  for (const volume of group.volumes.values()) free -= volume.takenExtents;
  return free;
}

/** Bytes that a new volume of the class can have. */
export function roomBytes(group: Group, deviceClass: DeviceClass): bigint {
  const pool = deviceClass.thinPool;
  if (pool === undefined) return bytesOf(freeExtents(group));
  const sizeBytes = bytesOf(group.pools.get(pool.name) ?? 0);
  let virtual = 0;
  for (const volume of group.volumes.values()) if (volume.pool === pool.name) virtual += volume.extents;
  return unpromisedBytes(sizeBytes, pool.overprovisionRatio, bytesOf(virtual));
}

/** Volumes of a class: the thick ones of its group, or the thin ones of its pool. */
export function volumesOf(group: Group, deviceClass: DeviceClass): StoredVolume[] {
  return [...group.volumes.values()].filter((volume) => volume.pool === deviceClass.thinPool?.name);
}

/** The volume of that name, where it is one of the class. */
export function volumeIn(group: Group, deviceClass: DeviceClass, name: string): StoredVolume | undefined {
  const volume = group.volumes.get(name);
  return volume?.pool === deviceClass.thinPool?.name ? volume : undefined;
}

/** Room of a class as it is told. */
export function stateOf(group: Group, deviceClass: DeviceClass): ClassState {
  const unspared = bytesOf(freeExtents(group)) - deviceClass.spareBytes;
  const groupFreeBytes = unspared > 0n ? unspared : 0n;
  const base = {
    deviceClass: deviceClass.name,
    isDefault: deviceClass.isDefault,
    sizeBytes: bytesOf(group.extents),
    groupFreeBytes,
  };
  const pool = deviceClass.thinPool;
  if (pool === undefined) return { ...base, freeBytes: groupFreeBytes, thinPool: undefined };
  const overprovisionBytes = roomBytes(group, deviceClass);
  const sizeBytes = bytesOf(group.pools.get(pool.name) ?? 0);
  return {
    ...base,
    freeBytes: overprovisionBytes,
    // nothing is ever written here, so that the pool stays empty
    thinPool: { dataPercent: 0, metadataPercent: 0, overprovisionBytes, sizeBytes },
  };
}

/** A volume as the world sees it. */
export function volumeOf(group: Group, deviceClass: DeviceClass, stored: StoredVolume): Volume {
  return {
    name: stored.name,
    deviceClass: deviceClass.name,
    sizeBytes: bytesOf(stored.extents),
    devMajor,
    devMinor: stored.minor,
    tags: stored.tags,
    path: `/dev/${group.name}/${stored.name}`,
    attr: attrOf(group, stored),
  };
}

/** Thick snapshots of a volume: they hang on it, where thin ones stand alone. */
export function thickSnapshotsOf(group: Group, source: StoredVolume): StoredVolume[] {
  if (source.pool !== undefined) return [];
  return [...group.volumes.values()].filter((volume) => volume.origin === source.name);
}

// lv_attr of an active volume that nobody has open, see lvs(8)
function attrOf(group: Group, volume: StoredVolume): string {
  const access = volume.readOnly ? "r" : "w";
  if (volume.pool !== undefined) return `V${access}i-a-tz--`;
  if (volume.origin !== undefined) return `s${access}i-a-s---`;
  return thickSnapshotsOf(group, volume).length > 0 ? `o${access}i-a-s---` : `-${access}i-a-----`;
}
