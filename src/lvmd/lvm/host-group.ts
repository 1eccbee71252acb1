import { randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { messageOf, NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { DeviceClass } from "../config/device-class.ts";
import { isRemoved } from "../names.ts";
import { createQueues } from "../queues.ts";
import { type Copies, createCopies } from "./copies.ts";
import type { Devices } from "./content/devices.ts";
import type { Due } from "./disks.ts";
import type { Sight } from "./health.ts";
import { createJobs } from "./jobs.ts";
import type { Intent, Journal } from "./journal.ts";
import { keepGroup } from "./keeper.ts";
import type { Workshop } from "./make.ts";
import { recover } from "./recover.ts";
import type { GroupReport } from "./report/group.ts";
import type { LvmRunner } from "./run/outcome.ts";
import { clearCopies } from "./upkeep/leftovers.ts";
import { tendPool } from "./upkeep/pools.ts";
import { tendStores } from "./upkeep/stores.ts";
import { wipe } from "./wipe.ts";

export interface HostGroupOptions {
  readonly name: string;
  /** Classes of this group. */
  readonly classes: readonly DeviceClass[];
  readonly runner: LvmRunner;
  /** Text of LVM's copy of the group's metadata; undefined where there is none. */
  readonly readCopy: () => Promise<string | undefined>;
  readonly journal: Journal;
  /** What a former process began in this group and did not end. */
  readonly unfinished: readonly Intent[];
  /** Resolves whether nothing that a former process started still runs. */
  readonly isAlone: () => Promise<boolean>;
  readonly devices: Devices;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after each change of what is told of the group. */
  readonly onChange: () => void;
}

/** A volume group of this host and all that is done about it, one change at a time. */
export interface HostGroup {
  readonly name: string;
  readonly workshop: Workshop;
  readonly copies: Copies;
  /** Runs a change of one volume when those before it are done, and what a crash left of it is ended. */
  readonly change: <T>(volume: string, job: () => Promise<T>) => Promise<T>;
  /** From memory, at once; from a report where nothing is known. */
  report(): Promise<GroupReport>;
  /** What is known, without a look. */
  sight(): Sight;
  /**
   * Reads the group, or what is due of it, and does what is to be done: ends what a crash left, makes pools, lets pools
   * and snapshots grow, goes on wiping. What cannot be done is logged.
   */
  look(dueNow?: () => Promise<Due>): Promise<void>;
  close(): Promise<void>;
}

export function openHostGroup(options: HostGroupOptions): HostGroup {
  const { name, classes, runner, readCopy, journal, isAlone, devices, clock, log, onChange } = options;
  const queue = createQueues();
  const keeper = keepGroup({ name, runner, readCopy, onRead: onChange });
  const workshop: Workshop = { keeper, journal, newId: () => randomBytes(8).toString("hex") };
  const jobs = createJobs((job, error) =>
    log.warn({ group: name, job, error: messageOf(error) }, "work on a volume's content did not end well"),
  );
  const inTurn = <T>(job: () => Promise<T>) => queue.run("", job);
  const copies = createCopies({ workshop, inTurn, change, jobs, devices, clock, log });
  const thick = classes.find(({ thinPool }) => thinPool === undefined);
  const poolProblems = new Map<string, string>();
  let unfinished = options.unfinished;
  let closed = false;

  async function settle(): Promise<void> {
    if (unfinished.length === 0) return;
    if (!(await isAlone()))
      throw new NativestorError("unavailable", `an lvm of a former lvmd is still at work in ${name}: try again`);
    const recoveries = await recover(keeper, journal, unfinished);
    for (const { intent, action, isEnded } of recoveries)
      log.warn({ group: name, volume: intent.volume, kind: intent.kind, action, isEnded }, "a crash left a change");
    unfinished = recoveries.filter(({ isEnded }) => !isEnded).map(({ intent }) => intent);
  }

  /** What a crash left of a volume must not be taken for the volume. */
  async function settled(volume: string): Promise<void> {
    if (unfinished.length > 0) await settle();
    if (unfinished.some((intent) => intent.volume === volume))
      throw new NativestorError("unavailable", `name: what a crash left of ${name}/${volume} cannot be ended yet`);
  }

  function change<T>(volume: string, job: () => Promise<T>): Promise<T> {
    const work = async () => {
      await settled(volume);
      return job();
    };
    return inTurn(work).finally(sweepOut);
  }

  async function tendPools(): Promise<void> {
    for (const deviceClass of classes) {
      const pool = deviceClass.thinPool?.name;
      if (pool === undefined) continue;
      const problem = await tendPool(workshop, deviceClass);
      if (problem === poolProblems.get(pool)) continue;
      if (problem === undefined) poolProblems.delete(pool);
      else {
        poolProblems.set(pool, problem);
        log.error({ group: name, pool, problem }, "a thin pool needs help");
      }
      onChange();
    }
  }

  function sweepOut(): void {
    for (const volume of keeper.known?.volumes.filter((entry) => isRemoved(entry.name)) ?? []) {
      const owner = classes.find(({ thinPool }) => (thinPool?.name ?? "") === volume.pool);
      const rule = owner?.onDelete ?? { mode: "none", bandwidthBytes: undefined };
      const means = { keeper, inTurn, devices, clock, log };
      jobs.start(`wipe ${volume.name}`, (signal) => wipe(means, volume.name, rule, signal));
    }
  }

  async function upkeep(due: Exclude<Due, undefined>): Promise<void> {
    await (due === "all" ? keeper.read() : keeper.catchUp(due));
    await settle();
    if (thick !== undefined) {
      const isUnderWay = (target?: string) => jobs.hasAny(target === undefined ? "copy " : `copy ${target}`);
      await clearCopies(workshop, thick, isUnderWay, log);
      await tendStores(workshop, thick, log);
    }
    await tendPools();
    sweepOut();
  }

  return {
    name,
    workshop,
    copies,
    change,
    report: async () => keeper.known ?? inTurn(async () => keeper.known ?? keeper.read()),
    sight: () => ({ group: keeper.known, problem: keeper.problem, poolProblems }),
    look: (dueNow = async () => "all") =>
      inTurn(async () => {
        const due = closed ? undefined : await dueNow();
        if (due !== undefined) await upkeep(due);
      }).catch((error: unknown) =>
        log.warn({ group: name, error: messageOf(error) }, "a volume group is not as it should be"),
      ),
    close: async () => {
      closed = true;
      await jobs.close();
      await queue.idle();
      await runner.close();
    },
  };
}
