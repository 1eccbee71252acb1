import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Clock } from "../../base/clock.ts";
import { NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { createChanges } from "../changes.ts";
import { deviceClassOf, optionClassOf } from "../config/lookup.ts";
import type { DeviceClass, LvmdConfig } from "../config/model.ts";
import { checkCreate, checkName, checkSize, checkSnapshot } from "../requests.ts";
import type { Storage } from "../storage.ts";
import { createSnapshot, createVolume, removeVolume, resizeVolume } from "./changes.ts";
import { devicesBy } from "./content/devices.ts";
import { isCopy } from "./creations.ts";
import { type HostGroup, openHostGroup } from "./host-group.ts";
import { openJournal } from "./journal.ts";
import { copiesFolder, readCopy } from "./metadata/folder.ts";
import { lvmCommand } from "./run/command.ts";
import type { LvmRunner } from "./run/outcome.ts";
import { programsBeside } from "./run/program.ts";
import { measured, type ObserveCommand } from "./run/measured.ts";
import { createRunner } from "./run/runner.ts";
import { ownersEnvironment, survivors } from "./run/survivors.ts";
import { sweepGroups } from "./sweeps.ts";
import { stateOf, volumeOf, volumesIn } from "./view.ts";
import { watchHost } from "./watch.ts";

export interface LvmOptions {
  readonly config: Pick<LvmdConfig, "deviceClasses" | "optionClasses" | "lvmCommandPrefix" | "lvmOverrides">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where begun changes are remembered over a crash. One process at a time may use it. */
  readonly journalFolder: string;
  /** Environment of this process: PATH and what steers LVM are taken from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Keep an lvm shell per volume group, which is faster than a process per command. Default true. */
  readonly shell?: boolean;
  /** How often groups are read where no event told of a change. Default 60 s. */
  readonly sweepMs?: number;
  /** Time limit of commands that only look. Default 30 s. */
  readonly readLimitMs?: number;
  /** Told of each command, for metrics. */
  readonly observe?: ObserveCommand | undefined;
}

/** How long what a former process started is waited for before a group's changes are put off, and how often it is looked. */
const survivorWaitMs = 15_000;
const survivorLookMs = 200;

/**
 * The volume groups of this host. What a former process left half done is ended first. Groups that are missing or ill do
 * not keep it from opening: their classes have no room, and say why when they are asked for.
 * @throws NativestorError where the journal cannot be read
 */
export async function openLvmStorage(options: LvmOptions): Promise<Storage> {
  const { config, clock, log, sweepMs = 60_000 } = options;
  const owner = { folder: options.journalFolder, id: randomBytes(8).toString("hex") };
  const own = ownersEnvironment(owner);
  const command = lvmCommand(config.lvmCommandPrefix, options.environment, config.lvmOverrides, own);
  const { observe = () => undefined } = options;
  const runner = (): LvmRunner => {
    const { shell = true, readLimitMs = 30_000 } = options;
    return measured(createRunner({ command, clock, log, shell, readLimitMs }), clock, observe);
  };
  const journal = openJournal(options.journalFolder, log);
  const unfinished = await journal.unfinished();
  const changes = createChanges(log);
  const copies = copiesFolder(config.lvmCommandPrefix, options.environment["LVM_SYSTEM_DIR"]);
  const devices = devicesBy(programsBeside(command));
  const isAlone = async () => {
    const endMs = clock.monotonic() + survivorWaitMs;
    while ((await survivors(owner)).length > 0) {
      if (clock.monotonic() > endMs) return false;
      await setTimeout(survivorLookMs);
    }
    return true;
  };
  const groups = new Map(
    [...Map.groupBy(config.deviceClasses, ({ volumeGroup }) => volumeGroup)].map(([name, classes]) => {
      const mine = unfinished.filter(({ group }) => group === name);
      const means = { journal, isAlone, devices, clock, log, onChange: () => changes.tell() };
      const copy = { readCopy: () => readCopy(copies, name) };
      return [name, openHostGroup({ name, classes, runner: runner(), unfinished: mine, ...copy, ...means })];
    }),
  );
  let closed = false;

  const classOf = (name: string) => {
    if (closed) throw new NativestorError("unavailable", "the storage is closed");
    return deviceClassOf(config, name);
  };
  const groupOf = ({ volumeGroup }: DeviceClass): HostGroup => {
    const group = groups.get(volumeGroup);
    if (group === undefined) throw new NativestorError("internal", `volume group ${volumeGroup} was not opened`);
    return group;
  };
  const stateNow = (deviceClass: DeviceClass) => stateOf(groupOf(deviceClass).sight(), deviceClass);

  await Promise.all([...groups.values()].map((group) => group.look()));
  const unwatch = watchHost({
    groups,
    prefix: config.lvmCommandPrefix,
    systemFolder: options.environment["LVM_SYSTEM_DIR"],
    log,
  });
  const endSweeps = sweepGroups([...groups.values()], clock, sweepMs);

  return {
    createVolume: async (request) => {
      const deviceClass = classOf(request.deviceClass);
      checkCreate(request);
      const optionClass = optionClassOf(config, request.optionClass);
      const { change, workshop } = groupOf(deviceClass);
      const made = await change(request.name, () => createVolume(workshop, deviceClass, optionClass, request));
      return volumeOf(deviceClass, made);
    },
    removeVolume: async (name, className) => {
      const deviceClass = classOf(className);
      checkName(name);
      const { change, copies, workshop } = groupOf(deviceClass);
      if (deviceClass.thinPool === undefined && (await copies.cancel(name))) return;
      await change(name, () => removeVolume(workshop, deviceClass, name));
    },
    resizeVolume: async (name, className, sizeBytes) => {
      const deviceClass = classOf(className);
      checkName(name);
      checkSize(sizeBytes);
      const { change, workshop } = groupOf(deviceClass);
      return change(name, () => resizeVolume(workshop, deviceClass, name, sizeBytes));
    },
    createSnapshot: async (request) => {
      const deviceClass = classOf(request.deviceClass);
      checkSnapshot(request);
      const { change, copies, workshop } = groupOf(deviceClass);
      const made = isCopy(deviceClass, request)
        ? await copies.create(deviceClass, request)
        : await change(request.name, () => createSnapshot(workshop, deviceClass, request));
      return volumeOf(deviceClass, made);
    },
    listVolumes: async (className) => {
      const deviceClass = classOf(className);
      const report = await groupOf(deviceClass).report();
      return volumesIn(report, deviceClass).map((volume) => volumeOf(deviceClass, volume));
    },
    classState: async (className) => {
      const deviceClass = classOf(className);
      await groupOf(deviceClass).report();
      return stateNow(deviceClass);
    },
    state: async () => config.deviceClasses.map(stateNow),
    optionClasses: () => config.optionClasses.map(({ name }) => name),
    onChange: (listener) => changes.listen(listener),
    close: async () => {
      closed = true;
      endSweeps();
      unwatch();
      await Promise.all([...groups.values()].map((group) => group.close()));
    },
  };
}
