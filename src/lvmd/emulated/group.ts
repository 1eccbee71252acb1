import type { DeviceClass } from "../config/model.ts";
import { unpromisedBytes } from "../overprovision.ts";
import type { ClassState, Volume } from "../storage.ts";
import { fullness } from "../thin/guard.ts";
import { bytesOf } from "./extents.ts";
import type { PoolUse } from "./use.ts";

/** A volume group at one moment. A change makes a new one. */
export interface Group {
  readonly name: string;
  readonly extents: number;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly volumes: ReadonlyMap<string, StoredVolume>;
  /** Why a pool that was to be made is not there. */
  readonly problems: ReadonlyMap<string, string>;
  readonly useOf: (pool: string) => PoolUse;
}

/** A thin pool. */
export interface Pool {
  /** Size of its data. */
  readonly extents: number;
  readonly metadataExtents: number;
  /** What it takes of the group. */
  readonly takenExtents: number;
  /** It is as the configuration has it, neither made nor grown by the daemon. */
  readonly isGiven: boolean;
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
  /** What it is a snapshot or a copy of. */
  readonly origin: string | undefined;
  /** It is thick and hangs on its origin. */
  readonly hangs: boolean;
  readonly readOnly: boolean;
}

/** Major number that device-mapper mostly gets. */
const devMajor = 253;

/** Extents that nothing has taken. Spare room counts as free: it lowers what is told, not what can be had. */
export function freeExtents(group: Group): number {
  let free = group.extents;
  for (const pool of group.pools.values()) free -= pool.takenExtents;
  for (const volume of group.volumes.values()) free -= volume.takenExtents;
  return free;
}

/** Bytes that a new volume of the class can have. */
export function roomBytes(group: Group, deviceClass: DeviceClass): bigint {
  const pool = deviceClass.thinPool;
  if (pool === undefined) return bytesOf(freeExtents(group));
  if (refusalOf(group, deviceClass) !== undefined) return 0n;
  const sizeBytes = bytesOf(group.pools.get(pool.name)?.extents ?? 0);
  let virtual = 0;
  for (const volume of group.volumes.values()) if (volume.pool === pool.name) virtual += volume.extents;
  return unpromisedBytes(sizeBytes, pool.overprovisionRatio, bytesOf(virtual));
}

/** Fill levels of a pool, 0 to 100. */
export function levelOf(group: Group, name: string): { dataPercent: number; metadataPercent: number } {
  const pool = group.pools.get(name);
  const { dataBytes, metadataBytes } = group.useOf(name);
  return {
    dataPercent: percentOf(dataBytes, pool?.extents ?? 0),
    metadataPercent: percentOf(metadataBytes, pool?.metadataExtents ?? 0),
  };
}

function percentOf(bytes: bigint, extents: number): number {
  return extents === 0 ? 0 : Math.min(100, (100 * Number(bytes)) / Number(bytesOf(extents)));
}

/** Why a thin class takes no more, whatever was promised. */
export function refusalOf(group: Group, { thinPool }: DeviceClass): string | undefined {
  if (thinPool === undefined) return undefined;
  return group.problems.get(thinPool.name) ?? fullness(thinPool, levelOf(group, thinPool.name).dataPercent);
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
  const sizeBytes = bytesOf(group.pools.get(pool.name)?.extents ?? 0);
  const health = group.problems.get(pool.name);
  return {
    ...base,
    freeBytes: overprovisionBytes,
    thinPool: { ...levelOf(group, pool.name), overprovisionBytes, sizeBytes },
    ...(health === undefined ? {} : { health }),
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

const originsOf = new WeakMap<Group["volumes"], ReadonlySet<string>>();

// found once for all volumes of a state, as a list of them asks for each
function isOrigin({ volumes }: Group, { name }: StoredVolume): boolean {
  const known = originsOf.get(volumes);
  if (known !== undefined) return known.has(name);
  const origins = new Set(
    [...volumes.values()].flatMap(({ hangs, origin }) => (hangs && origin !== undefined ? [origin] : [])),
  );
  originsOf.set(volumes, origins);
  return origins.has(name);
}

/** Thick snapshots of a volume: they hang on it, where thin ones stand alone. */
export function thickSnapshotsOf(group: Group, source: Pick<StoredVolume, "name">): StoredVolume[] {
  return [...group.volumes.values()].filter((volume) => volume.hangs && volume.origin === source.name);
}

// lv_attr of an active volume that nobody has open, see lvs(8)
function attrOf(group: Group, volume: StoredVolume): string {
  const access = volume.readOnly ? "r" : "w";
  if (volume.pool !== undefined) return `V${access}i-a-tz--`;
  if (volume.hangs) return `s${access}i-a-s---`;
  return isOrigin(group, volume) ? `o${access}i-a-s---` : `-${access}i-a-----`;
}
