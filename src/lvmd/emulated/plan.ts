import { NativestorError } from "../../base/errors.ts";
import type { DeviceClass } from "../config/model.ts";
import type { CreateSnapshot, CreateVolume } from "../storage.ts";
import { storeBytesFor } from "../snapshot-store.ts";
import { bytesOf, extentBytes, extentsFor } from "./extents.ts";
import { type Group, refusalOf, roomBytes, type StoredVolume, thickSnapshotsOf, volumeIn } from "./group.ts";

/** What a request makes of a group. The group is the same object where nothing changes. */
export interface Change {
  readonly group: Group;
  readonly volume: StoredVolume;
}

type Shape = Omit<StoredVolume, "minor">;

/** Adds a volume, or finds the one that an equal request made. */
export function create(group: Group, deviceClass: DeviceClass, request: CreateVolume, takeMinor: () => number): Change {
  const extents = extentsFor(request.sizeBytes);
  const pool = deviceClass.thinPool?.name;
  const shape: Shape = {
    name: request.name,
    pool,
    extents,
    takenExtents: pool === undefined ? extents : 0,
    tags: request.tags,
    origin: undefined,
    hangs: false,
    readOnly: false,
  };
  return existing(group, shape) ?? add(group, deviceClass, shape, takeMinor);
}

/** Adds a snapshot, or finds the one that an equal request made. */
export function snapshot(
  group: Group,
  deviceClass: DeviceClass,
  request: CreateSnapshot,
  takeMinor: () => number,
): Change {
  const made = existingSnapshot(group, request);
  const source = volumeIn(group, deviceClass, request.sourceVolume) ?? made?.volume;
  if (source === undefined) throw missing("source_volume", request.sourceVolume, deviceClass);
  const shape = snapshotShape(source, deviceClass, request);
  if (made !== undefined) return existing(group, shape) ?? made;
  const problem = snapshotProblem(source, request);
  if (problem !== undefined) throw problem;
  return add(group, deviceClass, shape, takeMinor);
}

// a thin snapshot outlives its source, so that a request that comes again may find it alone
function existingSnapshot(group: Group, request: CreateSnapshot): Change | undefined {
  const volume = group.volumes.get(request.name);
  if (volume === undefined) return undefined;
  if (volume.origin !== request.sourceVolume) throw taken(group, request.name);
  return { group, volume };
}

function snapshotShape(source: StoredVolume, deviceClass: DeviceClass, request: CreateSnapshot): Shape {
  const asked = extentsFor(request.sizeBytes);
  const pool = deviceClass.thinPool?.name;
  const readOnly = request.accessType === "ro";
  const common = { name: request.name, pool, tags: request.tags, origin: request.sourceVolume, readOnly };
  if (pool !== undefined) return { ...common, extents: asked, takenExtents: 0, hangs: false };
  // what can be written to has to stand alone
  if (!readOnly) return { ...common, extents: asked, takenExtents: asked, hangs: false };
  // the device of a thick snapshot is as large as its source; the size asked for is that of its store
  const takenExtents = storeExtents(source, deviceClass, request);
  return { ...common, extents: source.extents, takenExtents, hangs: true };
}

function storeExtents(source: StoredVolume, { snapshotStore }: DeviceClass, request: CreateSnapshot): number {
  const sizes = { askedBytes: request.sizeBytes, sourceBytes: bytesOf(source.extents), extentBytes };
  return extentsFor(storeBytesFor(snapshotStore, sizes));
}

function snapshotProblem(source: StoredVolume, request: CreateSnapshot): NativestorError | undefined {
  if (source.hangs && request.accessType === "ro")
    return new NativestorError(
      "failed-precondition",
      `source_volume: ${source.name} is a thick snapshot itself, and LVM makes none of those`,
    );
  if (extentsFor(request.sizeBytes) < source.extents)
    return new NativestorError(
      "out-of-range",
      `size_bytes: is ${request.sizeBytes}, must be at least the ${bytesOf(source.extents)} of ${source.name}`,
    );
  return undefined;
}

/** Takes a volume away; the answer's volume is the one that was. */
export function remove(group: Group, deviceClass: DeviceClass, name: string): Change {
  const volume = find(group, deviceClass, name);
  const hanging = thickSnapshotsOf(group, volume);
  if (hanging.length > 0) throw hasSnapshots(volume, hanging);
  const volumes = new Map(group.volumes);
  volumes.delete(name);
  return { group: { ...group, volumes }, volume };
}

/** Makes a volume larger; a smaller size changes nothing. */
export function resize(group: Group, deviceClass: DeviceClass, name: string, sizeBytes: bigint): Change {
  const volume = find(group, deviceClass, name);
  const extents = extentsFor(sizeBytes);
  const more = extents - volume.extents;
  if (more <= 0) return { group, volume };
  const hanging = thickSnapshotsOf(group, volume);
  if (hanging.length > 0) throw hasSnapshots(volume, hanging);
  if (volume.hangs)
    throw new NativestorError(
      "failed-precondition",
      `name: ${name} is a thick snapshot, which is as large as its source`,
    );
  requireRoom(group, deviceClass, more);
  const larger = { ...volume, extents, takenExtents: volume.pool === undefined ? extents : 0 };
  return { group: withVolume(group, larger), volume: larger };
}

function existing(group: Group, shape: Shape): Change | undefined {
  const volume = group.volumes.get(shape.name);
  if (volume === undefined && !group.pools.has(shape.name)) return undefined;
  if (volume === undefined || !isSame(volume, shape)) throw taken(group, shape.name);
  return { group, volume };
}

function isSame(volume: StoredVolume, shape: Shape): boolean {
  const keys = ["pool", "extents", "takenExtents", "origin", "hangs", "readOnly"] as const;
  const tags = new Set(volume.tags);
  return (
    keys.every((key) => volume[key] === shape[key]) &&
    new Set(shape.tags).size === tags.size &&
    shape.tags.every((tag) => tags.has(tag))
  );
}

function add(group: Group, deviceClass: DeviceClass, shape: Shape, takeMinor: () => number): Change {
  requireRoom(group, deviceClass, deviceClass.thinPool === undefined ? shape.takenExtents : shape.extents);
  const volume = { ...shape, tags: [...new Set(shape.tags)], minor: takeMinor() };
  return { group: withVolume(group, volume), volume };
}

function requireRoom(group: Group, deviceClass: DeviceClass, extents: number): void {
  const free = roomBytes(group, deviceClass);
  const refusal = refusalOf(group, deviceClass);
  if (refusal !== undefined) throw new NativestorError("resource-exhausted", refusal);
  if (bytesOf(extents) <= free) return;
  const place = deviceClass.thinPool === undefined ? group.name : `${group.name}/${deviceClass.thinPool.name}`;
  throw new NativestorError(
    "resource-exhausted",
    `out of room in ${place} (class ${deviceClass.name}): ${bytesOf(extents)} bytes needed, ${free} bytes free`,
  );
}

function withVolume(group: Group, volume: StoredVolume): Group {
  return { ...group, volumes: new Map(group.volumes).set(volume.name, volume) };
}

function find(group: Group, deviceClass: DeviceClass, name: string): StoredVolume {
  const volume = volumeIn(group, deviceClass, name);
  if (volume === undefined) throw missing("name", name, deviceClass);
  return volume;
}

function missing(field: string, name: string, deviceClass: DeviceClass): NativestorError {
  return new NativestorError("not-found", `${field}: there is no volume ${name} in class ${deviceClass.name}`);
}

function taken(group: Group, name: string): NativestorError {
  return new NativestorError("already-exists", `name: another volume of ${group.name} is called ${name}`);
}

function hasSnapshots(volume: StoredVolume, snapshots: readonly StoredVolume[]): NativestorError {
  const names = snapshots.map((snapshot) => snapshot.name).join(", ");
  return new NativestorError("failed-precondition", `name: ${volume.name} has snapshots that hang on it: ${names}`);
}
