import { NativestorError } from "../../base/errors.ts";
import { errorOf, faultOf } from "./faults.ts";
import { cutCopy, type MetadataCopy, visibleIn } from "./metadata/copy.ts";
import { isCopyOf, mergedReport } from "./metadata/merge.ts";
import { touchedBetween } from "./metadata/touched.ts";
import type { GroupReport } from "./report/group.ts";
import { groupReportArguments, parseGroupReport, parsePartReport, partReportArguments } from "./report/parse.ts";
import type { LvmOutcome, LvmRunner } from "./run/outcome.ts";
import { isSame } from "./same.ts";

/** Keeps what is known of one volume group. The caller queues: one call at a time, but for `known`. */
export interface GroupKeeper {
  readonly name: string;
  /** What the last report said; undefined before the first, and where a report failed since. */
  readonly known: GroupReport | undefined;
  /** Why nothing is known. */
  readonly problem: NativestorError | undefined;
  /** Reads the whole group. @throws NativestorError, and from then on nothing is known until it succeeds */
  read(): Promise<GroupReport>;
  /**
   * Reads what has changed since, by whomever, as LVM's copy of the metadata tells, and in any case the devices of these
   * volumes. All of the group where that cannot be told apart. @throws as `read`
   */
  catchUp(volumes?: readonly string[]): Promise<GroupReport>;
  /** Runs a change and reads what it has changed, all of the group where the change did not end well. */
  change(args: readonly string[]): Promise<{ outcome: LvmOutcome; group: GroupReport }>;
}

export interface KeeperOptions {
  readonly name: string;
  readonly runner: LvmRunner;
  /** Text of LVM's copy of the group's metadata; undefined where there is none. */
  readonly readCopy: () => Promise<string | undefined>;
  /** Called after each report that differs from the one before, and when a group is lost from sight. */
  readonly onRead: () => void;
}

/** More volumes than these are not read one by one. */
const mostVolumes = 24;

/** What is known, and the copy of the metadata that it goes with, if there is one. */
interface Knowledge {
  readonly group: GroupReport;
  readonly copy: MetadataCopy | undefined;
}

export function keepGroup({ name, runner, readCopy, onRead }: KeeperOptions): GroupKeeper {
  let known: Knowledge | undefined;
  let problem: NativestorError | undefined;

  const remember = (next: Knowledge | undefined, error: NativestorError | undefined) => {
    const isNews = !isSame(known?.group, next?.group);
    known = next;
    problem = error;
    if (isNews) onRead();
  };
  /** Takes what a look has found; where it fails nothing is known. */
  const learn = async (look: () => Promise<Knowledge>): Promise<GroupReport> => {
    try {
      const next = await look();
      remember(next, undefined);
      return next.group;
    } catch (error) {
      const reason = NativestorError.from(error);
      remember(undefined, reason);
      throw reason;
    }
  };
  const copyNow = async () => {
    const text = await readCopy();
    return text === undefined ? undefined : cutCopy(text);
  };
  const whole = async (): Promise<Knowledge> => {
    const group = await readGroup(name, runner);
    const copy = await copyNow();
    return { group, copy: copy !== undefined && isCopyOf(copy, group) ? copy : undefined };
  };
  const part = async (before: Knowledge | undefined, volumes: readonly string[]): Promise<Knowledge | undefined> => {
    if (before?.copy === undefined) return undefined;
    const copy = await copyNow();
    const touched = copy && touchedBetween(before.copy, copy);
    if (copy === undefined || touched === undefined) return undefined;
    const visible = visibleIn(copy);
    const names = [...new Set([...touched, ...volumes])].filter((volume) => visible.has(volume));
    if (names.length > mostVolumes) return undefined;
    const outcome = await runner.read(partReportArguments(name, names));
    if (outcome.status !== 0 || outcome.document === undefined) return undefined;
    const report = parsePartReport(outcome.document, name);
    const group = report.volumes.length === names.length ? mergedReport(before.group, copy, report) : undefined;
    return group && { group, copy };
  };
  const partly = async (before: Knowledge | undefined, volumes: readonly string[]): Promise<Knowledge | undefined> => {
    try {
      // a change by somebody else that is just being made is in the copy at the second look
      return (await part(before, volumes)) ?? (await part(before, volumes));
    } catch (error) {
      // what is wrong with lvm is for a whole report to tell; one that hangs need not be waited for twice
      if (NativestorError.from(error).code === "deadline-exceeded") throw error;
      return undefined;
    }
  };
  const catchUp = (volumes: readonly string[] = []) => learn(async () => (await partly(known, volumes)) ?? whole());
  const read = () => learn(whole);
  return {
    name,
    get known() {
      return known?.group;
    },
    get problem() {
      return problem;
    },
    read,
    catchUp,
    change: async (args) => {
      const outcome = await runner.change(args);
      return { outcome, group: outcome.status === 0 ? await catchUp(namedIn(args, name)) : await read() };
    },
  };
}

/** Volumes that a command names: it may have changed no more than their devices. */
function namedIn(args: readonly string[], group: string): string[] {
  return args.filter((arg) => arg.startsWith(`${group}/`)).map((arg) => arg.slice(group.length + 1));
}

async function readGroup(name: string, runner: LvmRunner): Promise<GroupReport> {
  const outcome = await runner.read(groupReportArguments(name));
  if (outcome.status === 0 && outcome.document !== undefined) return parseGroupReport(outcome.document, name);
  if (faultOf(outcome) === "not-found")
    throw new NativestorError("failed-precondition", `there is no volume group ${name} on this host`);
  throw errorOf(`report of volume group ${name}`, outcome);
}
