import { NativestorError } from "../../base/errors.ts";
import type { DeviceClass, OptionClass } from "../config/device-class.ts";
import type { CreateSnapshot, CreateVolume } from "../storage.ts";
import { extend, refresh, remove } from "./arguments.ts";
import { type Plan, missing, planSnapshot, planVolume } from "./creations.ts";
import { errorOf } from "./faults.ts";
import type { GroupKeeper } from "./keeper.ts";
import { make, type Workshop } from "./make.ts";
import { copyingMark, sourceIn } from "./marks.ts";
import { deviceBytes, type GroupReport, isCopyOnWrite, type VolumeReport } from "./report/group.ts";
import { allocatableBytes, hangingOn, refusalOf, roomBytes, volumeIn } from "./view.ts";
import { existing, wholeExtents } from "./wanted.ts";
import { retire } from "./wipe.ts";

/** Makes a volume, or finds the one that an equal request made. Runs in the group's queue, as all here. */
export function createVolume(
  workshop: Workshop,
  deviceClass: DeviceClass,
  optionClass: OptionClass | undefined,
  request: CreateVolume,
): Promise<VolumeReport> {
  return carryOut(workshop, deviceClass, request, (group) => planVolume(group, deviceClass, optionClass, request));
}

/** As `createVolume`. */
export function createSnapshot(
  workshop: Workshop,
  deviceClass: DeviceClass,
  request: CreateSnapshot,
): Promise<VolumeReport> {
  return carryOut(workshop, deviceClass, request, (group) => planSnapshot(group, deviceClass, request));
}

async function carryOut(
  workshop: Workshop,
  deviceClass: DeviceClass,
  { name, sourceVolume = "" }: { readonly name: string; readonly sourceVolume?: string },
  planFor: (group: GroupReport) => Plan,
): Promise<VolumeReport> {
  const { keeper } = workshop;
  const looked = [name, sourceVolume, deviceClass.thinPool?.name ?? ""];
  const known = keeper.known;
  // what is known may be a moment old: good enough to begin, not to find a volume, to miss a source or to refuse
  const isNew = known !== undefined && !known.volumes.some((volume) => volume.name === name);
  const promising = isNew && fits(known, deviceClass, planFor);
  const group = promising ? known : await keeper.catchUp(looked);
  const plan = planFor(group);
  const found = existing(group, deviceClass, plan.wanted);
  if (found !== undefined) return found;
  const roomTooSmall = shortage(group, deviceClass, plan);
  if (roomTooSmall !== undefined) throw roomTooSmall;
  try {
    return await make(workshop, plan.making);
  } catch (error) {
    throw withFigures(error, keeper.known ?? group, deviceClass, plan);
  }
}

function fits(group: GroupReport, deviceClass: DeviceClass, planFor: (group: GroupReport) => Plan): boolean {
  try {
    return shortage(group, deviceClass, planFor(group)) === undefined;
  } catch {
    return false; // told again, and thrown, by a fresh report
  }
}

// how much a class holds of thick volumes is for lvcreate to say, as options may lay them out in ways not foreseen here;
// what no group of this size can hold need not be tried
function shortage(group: GroupReport, deviceClass: DeviceClass, plan: Plan): NativestorError | undefined {
  const room = deviceClass.thinPool === undefined ? group.sizeBytes : roomBytes(group, deviceClass);
  return plan.takesBytes > room ? noRoom(group, deviceClass, plan.takesBytes, plan) : undefined;
}

function noRoom(group: GroupReport, deviceClass: DeviceClass, bytes: bigint, plan?: Plan): NativestorError {
  const free =
    deviceClass.thinPool === undefined && plan !== undefined
      ? allocatableBytes(group, plan.layout)
      : roomBytes(group, deviceClass);
  const refusal = refusalOf(group, deviceClass);
  if (refusal !== undefined) return new NativestorError("resource-exhausted", refusal);
  const where = deviceClass.thinPool === undefined ? group.name : `${group.name}/${deviceClass.thinPool.name}`;
  return new NativestorError(
    "resource-exhausted",
    `size_bytes: ${bytes} bytes are asked for, ${free} bytes are free in ${where} of class ${deviceClass.name}`,
  );
}

function withFigures(error: unknown, group: GroupReport, deviceClass: DeviceClass, plan: Plan): NativestorError {
  const reason = NativestorError.from(error);
  if (reason.code !== "resource-exhausted") return reason;
  const { message } = noRoom(group, deviceClass, plan.takesBytes, plan);
  return new NativestorError("resource-exhausted", `${message} (${reason.message})`, { cause: error });
}

/** Removes a volume that nothing uses; of a class that wipes it is only taken out of sight. */
export async function removeVolume(workshop: Workshop, deviceClass: DeviceClass, name: string): Promise<void> {
  const { keeper } = workshop;
  const isWiped = deviceClass.onDelete.mode !== "none";
  // whether a device is open changes without lvm's doing
  if (isWiped) await keeper.catchUp([name]);
  const volume = await find(keeper, deviceClass, name);
  const known = keeper.known ?? (await keeper.read());
  refuseCopied(known, volume);
  if (hangingOn(known, volume).length > 0) refuseHanging(await keeper.catchUp([name]), volume);
  if (isWiped) return retire(workshop, volume);
  const first = await keeper.change(remove(keeper.name, volume.uuid));
  if (!holds(first.group, volume)) return;
  refuseHanging(first.group, volume);
  const { outcome, group } =
    first.outcome.status === undefined ? await keeper.change(remove(keeper.name, volume.uuid)) : first;
  if (holds(group, volume)) throw errorOf(`lvremove ${keeper.name}/${name}`, outcome);
}

function holds(group: GroupReport, volume: VolumeReport): boolean {
  return group.volumes.some((entry) => entry.uuid === volume.uuid);
}

function refuseCopied(group: GroupReport, { name }: VolumeReport): void {
  const copy = group.volumes.find(({ tags }) => tags.includes(copyingMark) && sourceIn(tags) === name);
  if (copy === undefined) return;
  throw new NativestorError("aborted", `name: ${name} is being copied to ${copy.name}, try again when that is done`);
}

function refuseHanging(group: GroupReport, volume: VolumeReport): void {
  const hanging = hangingOn(group, volume);
  if (hanging.length === 0) return;
  throw new NativestorError(
    "failed-precondition",
    `name: ${volume.name} has thick snapshots, remove them first: ${hanging.map((entry) => entry.name).join(", ")}`,
  );
}

/** Makes a volume at least as large as asked; answers its size. */
export async function resizeVolume(
  { keeper, journal, newId }: Workshop,
  deviceClass: DeviceClass,
  name: string,
  sizeBytes: bigint,
): Promise<bigint> {
  const volume = await find(keeper, deviceClass, name);
  const group = keeper.known ?? (await keeper.read());
  const asked = wholeExtents(group, sizeBytes);
  if (asked <= deviceBytes(volume)) return deviceBytes(volume);
  refuseHanging(group, volume);
  if (isCopyOnWrite(volume))
    throw new NativestorError(
      "failed-precondition",
      `name: ${name} is a thick snapshot, which is as large as its source`,
    );
  const more = asked - deviceBytes(volume);
  const room = deviceClass.thinPool === undefined ? group.sizeBytes : roomBytes(group, deviceClass);
  if (more > room) throw noRoom(group, deviceClass, more);
  const intent = { id: newId(), group: keeper.name, volume: name, kind: "resize" } as const;
  await journal.begin(intent);
  const reached = await grow(keeper, volume, asked);
  await journal.end(intent);
  if (typeof reached === "bigint") return reached;
  if (reached.code !== "resource-exhausted") throw reached;
  const figures = noRoom(keeper.known ?? group, deviceClass, more);
  throw new NativestorError("resource-exhausted", `${figures.message} (${reached.message})`, { cause: reached });
}

async function grow(keeper: GroupKeeper, volume: VolumeReport, bytes: bigint): Promise<bigint | NativestorError> {
  let { outcome, group } = await keeper.change(extend(keeper.name, volume.name, bytes));
  if (outcome.status === undefined) {
    // killed between writing the new size and loading it, lvm leaves a device that is suspended or has its old size
    await keeper.change(refresh(keeper.name, volume.name));
    ({ outcome, group } = await keeper.change(extend(keeper.name, volume.name, bytes)));
  }
  const now = group.volumes.find((entry) => entry.uuid === volume.uuid);
  if (now !== undefined && deviceBytes(now) >= bytes) return deviceBytes(now);
  return errorOf(`lvextend ${keeper.name}/${volume.name}`, outcome);
}

async function find(keeper: GroupKeeper, deviceClass: DeviceClass, name: string): Promise<VolumeReport> {
  const known = keeper.known && volumeIn(keeper.known, deviceClass, name);
  const volume = known ?? volumeIn(await keeper.catchUp([name]), deviceClass, name);
  if (volume === undefined) throw missing("name", name, deviceClass);
  return volume;
}
