import type { Clock } from "../../base/clock.ts";
import { NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { OnDelete } from "../config/device-class.ts";
import { removedName } from "../names.ts";
import { activate, allowWrites, refresh, remove, rename, splitSnapshot } from "./arguments.ts";
import type { Devices } from "./content/devices.ts";
import { errorOf } from "./faults.ts";
import type { GroupKeeper } from "./keeper.ts";
import type { Workshop } from "./make.ts";
import { deviceBytes, type GroupReport, isCopyOnWrite, type VolumeReport } from "./report/group.ts";

/**
 * Takes a volume out of sight under a name that no request can have, until its content is gone: the name is the mark by
 * which a later start goes on. Runs in the group's queue; the volume must be as it was just read.
 * @throws NativestorError `failed-precondition` where it is in use
 */
export async function retire({ keeper, newId }: Workshop, volume: VolumeReport): Promise<void> {
  if (volume.attributes.open === true)
    throw new NativestorError("failed-precondition", `name: ${keeper.name}/${volume.name} is in use`);
  const next = removedName(newId());
  const { outcome, group } = await keeper.change(rename(keeper.name, volume.name, next));
  const now = group.volumes.find((entry) => entry.uuid === volume.uuid);
  // killed half-way, lvm leaves a device that is suspended
  if (now !== undefined && outcome.status === undefined) await keeper.change(refresh(keeper.name, now.name));
  // nothing hangs on its source from now on
  if (now?.name === next && isCopyOnWrite(now)) await keeper.change(splitSnapshot(keeper.name, next));
  if (now === undefined || now.name === next) return;
  throw errorOf(`lvrename ${keeper.name}/${volume.name}`, outcome);
}

export interface WipeMeans {
  readonly keeper: GroupKeeper;
  readonly inTurn: <T>(job: () => Promise<T>) => Promise<T>;
  readonly devices: Devices;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Wipes a volume that is out of sight and removes it. Can be ended, and begun anew, at any moment.
 * @throws NativestorError where something is in the way; the volume is then still there
 */
export async function wipe(
  { keeper, inTurn, devices, clock, log }: WipeMeans,
  name: string,
  { mode, bandwidthBytes }: OnDelete,
  signal: AbortSignal,
): Promise<void> {
  const volume = mode === "none" ? undefined : await inTurn(() => prepare(keeper, name));
  if (volume !== undefined) {
    const part = { start: 0n, bytes: deviceBytes(volume) };
    const pace = { clock, bandwidthBytes, signal };
    if (mode === "zero") await devices.zero(volume.path, part, pace);
    else
      await devices.discard(volume.path, part, pace).catch((error: unknown) => {
        // a disk that discards nothing need not be told
        if (signal.aborted || !/not supported/i.test(String(error))) throw error;
        log.debug({ group: keeper.name, volume: name }, "the disk does not discard");
      });
  }
  await inTurn(async () => {
    const left = find(keeper.known ?? (await keeper.read()), name);
    if (left === undefined) return;
    const { outcome, group } = await keeper.change(remove(keeper.name, left.uuid));
    if (find(group, name) !== undefined) throw errorOf(`lvremove ${keeper.name}/${name}`, outcome);
  });
}

/** Makes a volume one that can be written to as a whole; undefined where it is gone. */
async function prepare(keeper: GroupKeeper, name: string): Promise<VolumeReport | undefined> {
  const { name: group } = keeper;
  const volume = find(await keeper.catchUp([name]), name);
  if (volume === undefined) return undefined;
  const isSplit = isCopyOnWrite(volume);
  const steps = [
    // what the snapshot kept lies in its store, which nobody sees while it is a snapshot
    ...(isSplit ? [splitSnapshot(group, name)] : []),
    ...(volume.attributes.permissions === "writeable" ? [] : [allowWrites(group, name)]),
    ...(volume.attributes.state === "inactive" || isSplit ? [activate(group, name)] : []),
    // a rename that was killed leaves the device suspended
    ...(volume.attributes.state === "suspended" ? [refresh(group, name)] : []),
  ];
  for (const step of steps) {
    const { outcome } = await keeper.change(step);
    if (outcome.status !== 0) throw errorOf(`${step[0]} ${group}/${name}`, outcome);
  }
  return find(keeper.known ?? (await keeper.read()), name);
}

function find(group: GroupReport, name: string): VolumeReport | undefined {
  return group.volumes.find((volume) => volume.name === name);
}
