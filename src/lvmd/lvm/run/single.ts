import { execa, type Options } from "execa";
import { NativestorError } from "../../../base/errors.ts";
import { parseDocument } from "../report/document.ts";
import type { LvmCommand } from "./command.ts";
import { endOf } from "./end.ts";
import { type LvmOutcome, linesOf } from "./outcome.ts";

/** More than a report of 10,000 volumes. */
const maxOutputCharacters = 64 * 2 ** 20;

/** One process for one report. @throws as `LvmRunner.read` */
export async function readOnce(command: LvmCommand, args: readonly string[], limitMs: number): Promise<LvmOutcome> {
  const result = await execa(
    command.file,
    [...command.leading, ...args, ...command.overrides, "--reportformat", "json"],
    {
      ...optionsOf(command),
      timeout: limitMs,
      forceKillAfterDelay: 1000,
      // a wrapper's children hold the pipes open: without this the limit would not be one
      killDescendants: true,
    },
  );
  if (result.timedOut)
    throw new NativestorError("deadline-exceeded", `lvm ${args[0]} did not answer within ${limitMs / 1000} s`);
  if (result.exitCode === undefined)
    throw new NativestorError("unavailable", `lvm ${args[0]} could not run: ${result.shortMessage}`);
  return {
    status: result.exitCode,
    messages: linesOf(result.stderr),
    document: result.exitCode === 0 ? parseDocument(result.stdout) : undefined,
  };
}

/**
 * One process for one change: in a process group of its own, so that what ends this one does not end it half-way. What it
 * leaves running is not waited for.
 */
export async function changeOnce(command: LvmCommand, args: readonly string[]): Promise<LvmOutcome> {
  const child = execa(command.file, [...command.leading, ...args, ...command.overrides], {
    ...optionsOf(command),
    stdout: "ignore",
    cleanup: false,
    detached: true,
  });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const { status, reason } = await endOf(child);
  const lost = status === undefined ? [`lvm ${args[0]} ended without a status: ${reason}`] : [];
  return { status, messages: [...linesOf(Buffer.concat(said).toString()), ...lost], document: undefined };
}

function optionsOf(command: LvmCommand) {
  return {
    env: command.env,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    maxBuffer: maxOutputCharacters,
  } as const satisfies Options;
}
