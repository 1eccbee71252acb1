import { NativestorError } from "../../base/errors.ts";
import { errorOf, faultOf } from "./faults.ts";
import type { GroupReport } from "./report/group.ts";
import { groupReportArguments, parseGroupReport } from "./report/parse.ts";
import type { LvmOutcome, LvmRunner } from "./run/outcome.ts";

/** Keeps what is known of one volume group. The caller queues: one call at a time, but for `known`. */
export interface GroupKeeper {
  readonly name: string;
  /** What the last report said; undefined before the first, and where a report failed since. */
  readonly known: GroupReport | undefined;
  /** Why nothing is known. */
  readonly problem: NativestorError | undefined;
  /** Reads the group. @throws NativestorError, and from then on nothing is known until it succeeds */
  read(): Promise<GroupReport>;
  /** Runs a change and reads the group again. */
  change(args: readonly string[]): Promise<{ outcome: LvmOutcome; group: GroupReport }>;
  close(): Promise<void>;
}

/** `onRead` is called after each report that differs from the one before, and when a group is lost from sight. */
export function keepGroup(name: string, runner: LvmRunner, onRead: () => void): GroupKeeper {
  let known: GroupReport | undefined;
  let problem: NativestorError | undefined;

  const remember = (group: GroupReport | undefined, error: NativestorError | undefined) => {
    const isNews = !isSame(known, group);
    known = group;
    problem = error;
    if (isNews) onRead();
  };
  const read = async (): Promise<GroupReport> => {
    try {
      const group = await readGroup(name, runner);
      remember(group, undefined);
      return group;
    } catch (error) {
      const problem = NativestorError.from(error);
      remember(undefined, problem);
      throw problem;
    }
  };
  return {
    name,
    get known() {
      return known;
    },
    get problem() {
      return problem;
    },
    read,
    change: async (args) => {
      const outcome = await runner.change(args);
      return { outcome, group: await read() };
    },
    close: () => runner.close(),
  };
}

async function readGroup(name: string, runner: LvmRunner): Promise<GroupReport> {
  const outcome = await runner.read(groupReportArguments(name));
  if (outcome.status === 0 && outcome.document !== undefined) return parseGroupReport(outcome.document, name);
  if (faultOf(outcome) === "not-found")
    throw new NativestorError("failed-precondition", `there is no volume group ${name} on this host`);
  throw errorOf(`report of volume group ${name}`, outcome);
}

/** Left out of what is compared: a device that udev or a mount has opened meanwhile is no news of the group. */
const fleeting: ReadonlySet<string> = new Set(["open", "attr"]);

// value by value, as a text of both would be half a megabyte each where there are a thousand volumes
function isSame(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return one === other;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => fleeting.has(key) || isSame(one[key], other[key]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
