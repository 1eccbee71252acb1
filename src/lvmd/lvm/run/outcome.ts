import type { LvmDocument } from "../report/document.ts";

/** How one lvm command ended. */
export interface LvmOutcome {
  /**
   * 0: done. 2, 3: the command line is wrong. 5: it could not be done (lvm(8), EXIT CODES). Undefined: lvm ended without
   * telling (it was killed, or could not be started), so that whether it changed something has to be looked up.
   */
  readonly status: number | undefined;
  /** Errors and warnings, one per line, in lvm's own words (`LC_ALL=C`). */
  readonly messages: readonly string[];
  /** What was reported, for commands that report. */
  readonly document: LvmDocument | undefined;
}

/** Runs lvm. One command at a time: the caller queues. */
export interface LvmRunner {
  /**
   * Runs a command that only looks. It is given up, and its processes killed, after the time limit.
   * @throws NativestorError `deadline-exceeded` after the limit, `unavailable` where lvm cannot run, `internal` where its
   * report cannot be read
   */
  read(args: readonly string[]): Promise<LvmOutcome>;
  /** Runs a command that changes something. Has no time limit and is never killed; does not throw. */
  change(args: readonly string[]): Promise<LvmOutcome>;
  /** Lets a running command finish, then ends what is kept. */
  close(): Promise<void>;
}

/** Lines of text without what surrounds them, empty ones left out. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
