import { messageOf, NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { createChanges } from "../changes.ts";
import { deviceClassOf, optionClassOf } from "../config/lookup.ts";
import type { DeviceClass, EmulatedGroup, LvmdConfig } from "../config/model.ts";
import { createQueues } from "../queues.ts";
import { checkCreate, checkName, checkSize, checkSnapshot } from "../requests.ts";
import type { Storage } from "../storage.ts";
import { bytesOf } from "./extents.ts";
import type { GroupFiles } from "./file.ts";
import { type Group, stateOf, volumeOf, volumesOf } from "./group.ts";
import { layOut } from "./layout.ts";
import { type Change, create, remove, resize, snapshot } from "./plan.ts";
import { growPools } from "./pools.ts";
import { createUse, type EmulatedUse } from "./use.ts";

export interface EmulatedOptions {
  readonly config: Pick<LvmdConfig, "deviceClasses" | "optionClasses">;
  readonly groups: readonly EmulatedGroup[];
  /** Where the volumes are remembered, see `groupFiles`. One storage at a time may use it. */
  readonly files: GroupFiles;
  readonly log: Logger;
  /** How full the pools are; they are empty by default. */
  readonly use?: EmulatedUse;
}

/**
 * Volume groups that exist only here: the same answers as LVM's, without devices.
 * @throws NativestorError `failed-precondition` where the folder holds what cannot be read or does not fit,
 * `invalid-argument` where a class names no group of these
 */
export async function openEmulatedStorage(options: EmulatedOptions): Promise<Storage> {
  const { config, groups, files, log, use = createUse() } = options;
  const held = await openGroups(config.deviceClasses, groups, files, use);
  const takeMinor = minorsFrom(held);
  const queues = createQueues();
  const changes = createChanges(log);
  let closed = false;

  const groupOf = ({ volumeGroup }: DeviceClass) => {
    const group = held.get(volumeGroup);
    if (group === undefined) throw new NativestorError("internal", `volume group ${volumeGroup} was not opened`);
    return group;
  };
  const classOf = (name: string) => {
    if (closed) throw new NativestorError("unavailable", "the storage is closed");
    return deviceClassOf(config, name);
  };
  const grown = (group: Group) =>
    growPools(
      group,
      config.deviceClasses.filter(({ volumeGroup }) => volumeGroup === group.name),
    );
  const keep = async (group: Group) => {
    await files.save(group.name, group);
    held.set(group.name, group);
  };
  /** Changes a class's group in its turn: planned from what is there, saved, and only then seen. */
  const change = (deviceClass: DeviceClass, plan: (group: Group) => Change): Promise<Change> =>
    queues.run(deviceClass.volumeGroup, async () => {
      const before = groupOf(deviceClass);
      const result = plan(before);
      if (result.group === before) return result;
      const group = grown(result.group);
      await keep(group);
      changes.tell();
      return { ...result, group };
    });
  const growInTurn = (name: string) =>
    queues.run(name, async () => {
      const before = held.get(name);
      if (before === undefined || closed) return;
      const group = grown(before);
      if (group !== before) await keep(group);
      changes.tell();
    });
  const leaveUse = use.listen((name) => {
    growInTurn(name).catch((error: unknown) => log.error({ group: name, error: messageOf(error) }, "no pool grew"));
  });

  return {
    createVolume: async (request) => {
      const deviceClass = classOf(request.deviceClass);
      checkCreate(request);
      optionClassOf(config, request.optionClass);
      const { group, volume } = await change(deviceClass, (group) => create(group, deviceClass, request, takeMinor));
      return volumeOf(group, deviceClass, volume);
    },
    removeVolume: async (name, className) => {
      const deviceClass = classOf(className);
      checkName(name);
      await change(deviceClass, (group) => remove(group, deviceClass, name));
    },
    resizeVolume: async (name, className, sizeBytes) => {
      const deviceClass = classOf(className);
      checkName(name);
      checkSize(sizeBytes);
      const { volume } = await change(deviceClass, (group) => resize(group, deviceClass, name, sizeBytes));
      return bytesOf(volume.extents);
    },
    createSnapshot: async (request) => {
      const deviceClass = classOf(request.deviceClass);
      checkSnapshot(request);
      const { group, volume } = await change(deviceClass, (group) => snapshot(group, deviceClass, request, takeMinor));
      return volumeOf(group, deviceClass, volume);
    },
    listVolumes: async (className) => {
      const deviceClass = classOf(className);
      const group = groupOf(deviceClass);
      return volumesOf(group, deviceClass).map((volume) => volumeOf(group, deviceClass, volume));
    },
    classState: async (className) => {
      const deviceClass = classOf(className);
      return stateOf(groupOf(deviceClass), deviceClass);
    },
    state: async () => config.deviceClasses.map((deviceClass) => stateOf(groupOf(deviceClass), deviceClass)),
    optionClasses: () => config.optionClasses.map(({ name }) => name),
    onChange: (listener) => changes.listen(listener),
    close: async () => {
      closed = true;
      leaveUse();
      await queues.idle();
    },
  };
}

async function openGroups(
  classes: readonly DeviceClass[],
  groups: readonly EmulatedGroup[],
  files: GroupFiles,
  use: EmulatedUse,
): Promise<Map<string, Group>> {
  const held = new Map<string, Group>();
  for (const entry of groups) {
    const content = await files.load(entry.name);
    const group = layOut(entry, classes, content, (pool) => use.of(entry.name, pool));
    const isMade = [...group.pools].some(([name, { isGiven }]) => !isGiven && !content.pools.has(name));
    if (isMade) await files.save(entry.name, group);
    held.set(entry.name, group);
  }
  const lost = classes.find((deviceClass) => !held.has(deviceClass.volumeGroup));
  if (lost === undefined) return held;
  throw new NativestorError(
    "invalid-argument",
    `device class ${lost.name}: there is no volume group ${lost.volumeGroup} among the emulated ones`,
  );
}

/** Device numbers that no volume has: they stay with a volume for its life, over restarts too. */
function minorsFrom(groups: ReadonlyMap<string, Group>): () => number {
  const used = [...groups.values()].flatMap((group) => [...group.volumes.values()].map((volume) => volume.minor));
  let next = used.reduce((most, minor) => Math.max(most, minor + 1), 0);
  return () => next++;
}
