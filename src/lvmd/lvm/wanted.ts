import { NativestorError } from "../../base/errors.ts";
import type { DeviceClass } from "../config/device-class.ts";
import { deviceBytes, type GroupReport, isCopyOnWrite, type VolumeReport } from "./report/group.ts";
import { callersTags, sourceOf } from "./view.ts";

/** What a request asks for, in whole extents: a volume that exists is compared with it. */
export interface Wanted {
  readonly name: string;
  /** Thin pool; empty for a thick volume. */
  readonly pool: string;
  readonly deviceBytes: bigint;
  /** Room for changes of a thick snapshot. */
  readonly storeBytes: bigint | undefined;
  /** Source of a snapshot; empty for other volumes. */
  readonly source: string;
  readonly readOnly: boolean;
  readonly tags: readonly string[];
}

/**
 * The volume that an equal request made; undefined where the name is free.
 * @throws NativestorError `already-exists` where the name is something else's
 */
export function existing(group: GroupReport, deviceClass: DeviceClass, wanted: Wanted): VolumeReport | undefined {
  const volume = group.volumes.find((entry) => entry.name === wanted.name);
  if (volume === undefined) return undefined;
  const difference = differenceOf(volume, wanted);
  if (difference === undefined) return volume;
  throw new NativestorError(
    "already-exists",
    `name: ${wanted.name} exists in volume group ${group.name} of class ${deviceClass.name} and ${difference}`,
  );
}

/** How a volume differs from what is wanted, the first difference; undefined where it does not. */
function differenceOf(volume: VolumeReport, wanted: Wanted): string | undefined {
  const tags = callersTags(volume);
  const store = isCopyOnWrite(volume) ? volume.lvSizeBytes : undefined;
  const size = deviceBytes(volume);
  if (volume.attributes.type === "thin-pool") return "is a thin pool";
  if (volume.pool !== wanted.pool) return volume.pool === "" ? "is thick" : `lies in the thin pool ${volume.pool}`;
  if (sourceOf(volume) !== wanted.source) return madeOf(sourceOf(volume));
  if (size !== wanted.deviceBytes) return `has ${size} bytes instead of ${wanted.deviceBytes}`;
  if ((store === undefined) !== (wanted.storeBytes === undefined))
    return store === undefined ? "is a copy" : "is no copy";
  // it may have grown since
  if ((store ?? 0n) < (wanted.storeBytes ?? 0n))
    return `has room for ${store} bytes of changes instead of ${wanted.storeBytes}`;
  if ((volume.attributes.permissions !== "writeable") !== wanted.readOnly)
    return wanted.readOnly ? "can be written to" : "is read-only";
  if (!sameMembers(tags, wanted.tags)) return `has the tags ${tags.join(", ") || "(none)"}`;
  return undefined;
}

function madeOf(source: string): string {
  return source === "" ? "is no snapshot" : `is a snapshot of ${source}`;
}

function sameMembers(one: readonly string[], other: readonly string[]): boolean {
  const members = new Set(one);
  return members.size === new Set(other).size && other.every((member) => members.has(member));
}

/** Bytes rounded up to whole extents, `images` of them at a time. */
export function wholeExtents(group: GroupReport, bytes: bigint, images = 1): bigint {
  const step = group.extentBytes * BigInt(images);
  return ((bytes + step - 1n) / step) * step;
}
