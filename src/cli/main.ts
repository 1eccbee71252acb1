import { messageOf, NativestorError } from "../base/errors.ts";
import { systemClock } from "../base/clock.ts";
import { type Output, parseCommandLine } from "./program.ts";
import { guardProcess, stopOnSignals } from "./process.ts";
import type { Surroundings } from "./role.ts";

/** The command `nativestor`: runs the role that its arguments name, and ends the process with its status. */
export async function main(): Promise<void> {
  guardProcess(process);
  const { stdout, stderr, env } = process;
  const surroundings: Surroundings = {
    env,
    clock: systemClock,
    print: (text) => void stdout.write(text),
    colour: stdout.isTTY && !env.NO_COLOR,
    logsToTerminal: stderr.isTTY,
    stop: stopOnSignals(process),
  };
  const output = { out: surroundings.print, err: (text: string) => void stderr.write(text) };
  const status = await run(process.argv.slice(2), surroundings, output);
  // a pipe takes what was written in its own time, and process.exit does not wait
  await new Promise((resolve) => stdout.write("", resolve));
  process.exit(status);
}

/** Runs a command line to its end and answers the exit status: 0 done, 1 failed, 2 wrong use. */
export async function run(args: readonly string[], surroundings: Surroundings, output: Output): Promise<number> {
  const request = await parseCommandLine(args, output);
  if ("status" in request) return request.status;
  try {
    await request.role.run(request.flags, surroundings);
    return 0;
  } catch (error) {
    const wrongUse = error instanceof NativestorError && error.code === "invalid-argument";
    const lines = messageOf(error)
      .split("\n")
      .map((line) => `nativestor ${request.name}: ${line}\n`);
    output.err(lines.join(""));
    if (wrongUse) output.err(`\`nativestor ${request.name} --help\` lists the flags.\n`);
    return wrongUse ? 2 : 1;
  }
}
