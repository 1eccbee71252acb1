import { NativestorError } from "../../base/errors.ts";
import type { DeviceClass, OptionClass, SnapshotStore } from "../config/device-class.ts";
import { storeBytesFor } from "../snapshot-store.ts";
import type { CreateSnapshot, CreateVolume } from "../storage.ts";
import { createThick, createThickSnapshot, createThin, createThinSnapshot, extend } from "./arguments.ts";
import { layoutArguments, layoutOf } from "./capacity/layout.ts";
import type { Making } from "./make.ts";
import { copyingMark, sourceMark } from "./marks.ts";
import { deviceBytes, type GroupReport, isCopyOnWrite, type VolumeReport } from "./report/group.ts";
import { sourceOf, volumeIn } from "./view.ts";
import { type Wanted, wholeExtents } from "./wanted.ts";

/** What a request makes of a group: what it wants, the room that this takes, and the commands. */
export interface Plan {
  readonly wanted: Wanted;
  /** Bytes of the class's room. */
  readonly takesBytes: bigint;
  /** Arguments of lvcreate that decide what room there is. */
  readonly layout: readonly string[];
  readonly making: Making;
}

/** Plans a volume. */
export function planVolume(
  group: GroupReport,
  deviceClass: DeviceClass,
  optionClass: OptionClass | undefined,
  request: CreateVolume,
): Plan {
  const { name, tags, sizeBytes } = request;
  const pool = deviceClass.thinPool?.name;
  const layout = layoutArguments(deviceClass, optionClass);
  const size = wholeExtents(group, sizeBytes, pool === undefined ? layoutOf(layout).dataImages : 1);
  const wanted: Wanted = {
    name,
    pool: pool ?? "",
    deviceBytes: size,
    storeBytes: undefined,
    source: "",
    readOnly: false,
    tags,
  };
  const creation = (mark: string) => {
    const volume = { group: group.name, name, tags: [...new Set(tags), mark], sizeBytes };
    return pool === undefined
      ? createThick({ ...volume, layout, wipe: deviceClass.wipeOnCreate })
      : createThin({ ...volume, pool, options: layout });
  };
  return { wanted, takesBytes: size, layout, making: { name, creation, completion: () => undefined } };
}

/** A snapshot of a thick class that can be written to is a copy, which has to stand alone. */
export function isCopy({ thinPool }: DeviceClass, { accessType }: CreateSnapshot): boolean {
  return thinPool === undefined && accessType === "rw";
}

/**
 * Plans a snapshot; of a copy the empty volume that its content goes to.
 * @throws NativestorError `not-found` where there is no such source, `out-of-range` for a size below the source's,
 * `failed-precondition` for a snapshot of a thick snapshot
 */
export function planSnapshot(group: GroupReport, deviceClass: DeviceClass, request: CreateSnapshot): Plan {
  const source = volumeIn(group, deviceClass, request.sourceVolume);
  // a thin snapshot outlives its source, so that a request that comes again may find it alone
  const made = group.volumes.find((volume) => volume.name === request.name);
  const size = source ?? (made !== undefined && sourceOf(made) === request.sourceVolume ? made : undefined);
  if (size === undefined) throw missing("source_volume", request.sourceVolume, deviceClass);
  refuse(group, size, request, isCopy(deviceClass, request));
  if (deviceClass.thinPool !== undefined) return planThin(group, deviceClass.thinPool.name, size, request);
  return request.accessType === "rw"
    ? planCopy(group, deviceClass, request)
    : planThick(group, deviceClass.snapshotStore, size, request);
}

function planCopy(group: GroupReport, deviceClass: DeviceClass, request: CreateSnapshot): Plan {
  const tags = [...request.tags, sourceMark(request.sourceVolume), copyingMark];
  // its old content is written over from end to end
  const blank = { ...deviceClass, wipeOnCreate: false };
  const { wanted, ...plan } = planVolume(group, blank, undefined, { ...request, tags, optionClass: "" });
  return { ...plan, wanted: { ...wanted, source: request.sourceVolume, tags: request.tags } };
}

function planThin(group: GroupReport, pool: string, source: VolumeReport, request: CreateSnapshot): Plan {
  const size = wholeExtents(group, request.sizeBytes);
  const snapshot = snapshotOf(group, request);
  return {
    wanted: { ...wantedOf(request), pool, deviceBytes: size, storeBytes: undefined },
    takesBytes: size,
    layout: [],
    making: {
      name: request.name,
      creation: (mark) => createThinSnapshot({ ...snapshot, tags: [...snapshot.tags, mark] }),
      completion: () => (size > deviceBytes(source) ? extend(group.name, request.name, size) : undefined),
    },
  };
}

function planThick(group: GroupReport, policy: SnapshotStore, source: VolumeReport, request: CreateSnapshot): Plan {
  const sizes = { askedBytes: request.sizeBytes, sourceBytes: deviceBytes(source), extentBytes: group.extentBytes };
  const storeBytes = storeBytesFor(policy, sizes);
  const snapshot = snapshotOf(group, request);
  return {
    wanted: { ...wantedOf(request), pool: "", deviceBytes: deviceBytes(source), storeBytes },
    takesBytes: storeBytes,
    layout: [],
    making: {
      name: request.name,
      creation: (mark) => createThickSnapshot({ ...snapshot, storeBytes, tags: [...snapshot.tags, mark] }),
      completion: () => undefined,
    },
  };
}

function wantedOf(request: CreateSnapshot) {
  const { name, sourceVolume, accessType, tags } = request;
  return { name, source: sourceVolume, readOnly: accessType === "ro", tags };
}

function snapshotOf(group: GroupReport, request: CreateSnapshot) {
  const { name, sourceVolume, accessType, tags } = request;
  const marked = [...new Set(tags), sourceMark(sourceVolume)];
  return { group: group.name, name, source: sourceVolume, readOnly: accessType === "ro", tags: marked };
}

function refuse(group: GroupReport, source: VolumeReport, request: CreateSnapshot, isCopied: boolean): void {
  if (source.name !== request.name && isCopyOnWrite(source) && !isCopied)
    throw new NativestorError(
      "failed-precondition",
      `source_volume: ${source.name} is a thick snapshot itself, and LVM makes none of those`,
    );
  const least = deviceBytes(source);
  if (source.name !== request.name && wholeExtents(group, request.sizeBytes) < least)
    throw new NativestorError(
      "out-of-range",
      `size_bytes: is ${request.sizeBytes}, must be at least the ${least} of ${source.name}`,
    );
}

/** The error for a volume that is not there. */
export function missing(field: string, name: string, deviceClass: DeviceClass): NativestorError {
  return new NativestorError("not-found", `${field}: there is no volume ${name} in class ${deviceClass.name}`);
}
