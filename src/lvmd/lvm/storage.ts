import { randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { messageOf, NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { createChanges } from "../changes.ts";
import { deviceClassOf, optionClassOf } from "../config/lookup.ts";
import type { DeviceClass, LvmdConfig } from "../config/model.ts";
import { createQueues } from "../queues.ts";
import { checkCreate, checkName, checkSize, checkSnapshot } from "../requests.ts";
import type { Storage } from "../storage.ts";
import { createSnapshot, createVolume, removeVolume, resizeVolume } from "./changes.ts";
import { openJournal } from "./journal.ts";
import { type GroupKeeper, keepGroup } from "./keeper.ts";
import type { Workshop } from "./make.ts";
import { recover } from "./recover.ts";
import { lvmCommand } from "./run/command.ts";
import type { LvmRunner } from "./run/outcome.ts";
import { createRunner } from "./run/runner.ts";
import { refuseUnsupported } from "./support.ts";
import { stateOf, volumeOf, volumesIn } from "./view.ts";
import { backupFolder, copiedSequence, watchGroups } from "./watch.ts";

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
}

/** A group that could not be read is looked at more often. */
const sweepWhileIllMs = 10_000;

/**
 * The volume groups of this host. What a former process left half done is ended first. Groups that are missing or ill do
 * not keep it from opening: their classes have no room, and say why when they are asked for.
 * @throws NativestorError `failed-precondition` where a class asks for what is not there for real LVM, or the journal
 * cannot be read
 */
export async function openLvmStorage(options: LvmOptions): Promise<Storage> {
  const { config, clock, log, sweepMs = 60_000 } = options;
  const command = lvmCommand(config.lvmCommandPrefix, options.environment, config.lvmOverrides);
  const runner = (): LvmRunner =>
    createRunner({
      command,
      clock,
      log,
      shell: options.shell ?? true,
      readLimitMs: options.readLimitMs ?? 30_000,
    });
  refuseUnsupported(config.deviceClasses);
  const journal = openJournal(options.journalFolder, log);
  const changes = createChanges(log);
  const queues = createQueues();
  const keepers = new Map<string, GroupKeeper>();
  for (const { volumeGroup } of config.deviceClasses)
    if (!keepers.has(volumeGroup))
      keepers.set(
        volumeGroup,
        keepGroup(volumeGroup, runner(), () => changes.tell()),
      );
  let closed = false;

  const classOf = (name: string) => {
    if (closed) throw new NativestorError("unavailable", "the storage is closed");
    return deviceClassOf(config, name);
  };
  const keeperOf = ({ volumeGroup }: DeviceClass) => {
    const keeper = keepers.get(volumeGroup);
    if (keeper === undefined) throw new NativestorError("internal", `volume group ${volumeGroup} was not opened`);
    return keeper;
  };
  const workshopOf = (deviceClass: DeviceClass): Workshop => ({
    keeper: keeperOf(deviceClass),
    journal,
    newId: () => randomBytes(8).toString("hex"),
  });
  const inTurn = <T>(deviceClass: DeviceClass, job: () => Promise<T>) => queues.run(deviceClass.volumeGroup, job);
  /** From memory, at once; from a report where nothing is known. */
  const groupOf = async (deviceClass: DeviceClass) => {
    const keeper = keeperOf(deviceClass);
    return keeper.known ?? inTurn(deviceClass, async () => keeper.known ?? keeper.read());
  };
  /** A group that cannot be read says so in the log and in its keeper's `problem`. */
  const look = (keeper: GroupKeeper, isDue: () => Promise<boolean>) =>
    queues
      .run(keeper.name, async () => {
        if (!closed && (await isDue())) await keeper.read();
      })
      .catch((error: unknown) =>
        log.warn({ group: keeper.name, error: messageOf(error) }, "a volume group cannot be read"),
      );

  const unfinished = await journal.unfinished();
  await Promise.all([...keepers.values()].map((keeper) => queues.run(keeper.name, () => settle(keeper))));
  async function settle(keeper: GroupKeeper): Promise<void> {
    const mine = unfinished.filter((intent) => intent.group === keeper.name);
    try {
      await keeper.read();
      for (const { intent, action } of await recover(keeper, journal, mine))
        log.warn({ group: intent.group, volume: intent.volume, kind: intent.kind, action }, "ended what a crash left");
    } catch (error) {
      log.error({ group: keeper.name, error: messageOf(error) }, "a volume group is not as it should be");
    }
  }

  const folder = backupFolder(config.lvmCommandPrefix, options.environment["LVM_SYSTEM_DIR"]);
  const unwatch = watchGroups(
    folder,
    (name) => {
      const keeper = keepers.get(name);
      // our own changes write the copy as well: what it holds is then known already
      const isNews = async () => (await copiedSequence(folder, name)) !== keeper?.known?.sequence;
      if (keeper !== undefined) void look(keeper, isNews);
    },
    log,
  );
  let cancelSweep = () => {};
  const planSweep = () => {
    const isIll = [...keepers.values()].some((keeper) => keeper.known === undefined);
    cancelSweep = clock.after(isIll ? Math.min(sweepMs, sweepWhileIllMs) : sweepMs, () => void sweep());
  };
  const sweep = async () => {
    await Promise.all([...keepers.values()].map((keeper) => look(keeper, async () => true)));
    if (!closed) planSweep();
  };
  planSweep();

  return {
    createVolume: async (request) => {
      const deviceClass = classOf(request.deviceClass);
      checkCreate(request);
      const optionClass = optionClassOf(config, request.optionClass);
      const made = await inTurn(deviceClass, () =>
        createVolume(workshopOf(deviceClass), deviceClass, optionClass, request),
      );
      return volumeOf(deviceClass, made);
    },
    removeVolume: async (name, className) => {
      const deviceClass = classOf(className);
      checkName(name);
      await inTurn(deviceClass, () => removeVolume(keeperOf(deviceClass), deviceClass, name));
    },
    resizeVolume: async (name, className, sizeBytes) => {
      const deviceClass = classOf(className);
      checkName(name);
      checkSize(sizeBytes);
      return inTurn(deviceClass, () => resizeVolume(workshopOf(deviceClass), deviceClass, name, sizeBytes));
    },
    createSnapshot: async (request) => {
      const deviceClass = classOf(request.deviceClass);
      checkSnapshot(request);
      const made = await inTurn(deviceClass, () => createSnapshot(workshopOf(deviceClass), deviceClass, request));
      return volumeOf(deviceClass, made);
    },
    listVolumes: async (className) => {
      const deviceClass = classOf(className);
      const group = await groupOf(deviceClass);
      return volumesIn(group, deviceClass).map((volume) => volumeOf(deviceClass, volume));
    },
    classState: async (className) => {
      const deviceClass = classOf(className);
      return stateOf(await groupOf(deviceClass), deviceClass);
    },
    state: async () => config.deviceClasses.map((deviceClass) => stateOf(keeperOf(deviceClass).known, deviceClass)),
    onChange: (listener) => changes.listen(listener),
    close: async () => {
      closed = true;
      cancelSweep();
      unwatch();
      await queues.idle();
      await Promise.all([...keepers.values()].map((keeper) => keeper.close()));
    },
  };
}
