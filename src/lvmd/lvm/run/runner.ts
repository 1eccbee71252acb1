import type { Clock } from "../../../base/clock.ts";
import { messageOf, NativestorError } from "../../../base/errors.ts";
import type { Logger } from "../../../base/log.ts";
import type { LvmCommand } from "./command.ts";
import type { LvmOutcome, LvmRunner } from "./outcome.ts";
import { fitsShell, type LvmShell, startShell } from "./shell.ts";
import { changeOnce, readOnce } from "./single.ts";

export interface RunnerOptions {
  readonly command: LvmCommand;
  readonly clock: Clock;
  readonly log: Logger;
  /** Keep a shell where it works; else each command is a process. */
  readonly shell: boolean;
  /** For commands that only look. */
  readonly readLimitMs: number;
}

/** How long single commands are used before a shell is tried again. */
const withoutShellMs = 60_000;
const startLimitMs = 10_000;
/**
 * A change that a shell has not answered by now is still at work, or its answer was not understood. The shell is told that
 * nothing follows: it ends when it has done what it does, and its end is an answer that cannot be missed.
 */
const doubtMs = 60_000;

/** Runs lvm in a kept shell, in single commands while there is none. */
export function createRunner(options: RunnerOptions): LvmRunner {
  const { command, clock, log, readLimitMs } = options;
  let shell: LvmShell | undefined;
  let retryAtMs = options.shell ? -Infinity : Infinity;

  const usableShell = async (args: readonly string[]): Promise<LvmShell | undefined> => {
    if (!fitsShell([...args, ...command.overrides])) return undefined;
    if (shell?.usable === true) return shell;
    shell = undefined;
    if (clock.monotonic() < retryAtMs) return undefined;
    try {
      shell = await startShell(command, startLimitMs, log);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, "no lvm shell, single commands are used");
      retryAtMs = clock.monotonic() + withoutShellMs;
    }
    return shell;
  };

  /** A shell that answers something else is left: it ends by itself after what it does now. */
  const leave = (left: LvmShell) => {
    shell = undefined;
    left.end().catch((error: unknown) => log.warn({ reason: messageOf(error) }, "the lvm shell did not end well"));
  };

  const readInShell = async (kept: LvmShell, args: readonly string[]): Promise<LvmOutcome> => {
    let late = false;
    const cancel = clock.after(readLimitMs, () => {
      late = true;
      kept.kill();
    });
    const outcome = await kept.run([...args, ...command.overrides]).finally(cancel);
    if (outcome.status === undefined) leave(kept);
    if (!late) return outcome;
    throw new NativestorError("deadline-exceeded", `lvm ${args[0]} did not answer within ${readLimitMs / 1000} s`);
  };

  let current: Promise<unknown> = Promise.resolve();
  /** Remembers what runs, for `close` to wait for: a shell may only be starting. */
  const running = <T>(work: Promise<T>): Promise<T> => {
    current = work.catch(() => {});
    return work;
  };
  const read = async (args: readonly string[]): Promise<LvmOutcome> => {
    const kept = await usableShell(args);
    const outcome = kept && (await readInShell(kept, args));
    return outcome?.status === undefined ? readOnce(command, args, readLimitMs) : outcome;
  };
  const change = async (args: readonly string[]): Promise<LvmOutcome> => {
    const kept = await usableShell(args);
    if (kept === undefined) return changeOnce(command, args);
    const cancel = clock.after(doubtMs, () => {
      log.warn({ command: args[0], seconds: doubtMs / 1000 }, "a change takes long: its shell is used no more");
      leave(kept);
    });
    const outcome = await kept.run([...args, ...command.overrides]).finally(cancel);
    if (outcome.status === undefined) leave(kept);
    return outcome;
  };
  return {
    read: (args) => running(read(args)),
    change: (args) => running(change(args)),
    close: async () => {
      await current;
      await shell?.end();
      shell = undefined;
    },
  };
}
