import { execa } from "execa";
import { NativestorError } from "../../../base/errors.ts";
import type { LvmCommand } from "./command.ts";

/** Runs a program where lvm runs. @throws NativestorError `unavailable` with what the program said */
export type RunProgram = (file: string, args: readonly string[]) => Promise<void>;

/** Programs behind the prefix of an lvm command, with its environment. */
export function programsBeside({ file, leading, env }: LvmCommand): RunProgram {
  // the last word of an lvm command is lvm itself
  const words = [file, ...leading].slice(0, -1);
  return async (program, args) => {
    const [first = program, ...rest] = [...words, program, ...args];
    const result = await execa(first, rest, { env, extendEnv: false, stdin: "ignore", reject: false });
    if (result.exitCode === 0) return;
    const reason = result.stderr.trim() || (result.shortMessage ?? `exit status ${result.exitCode}`);
    throw new NativestorError("unavailable", `${program}: ${reason.slice(0, 600)}`);
  };
}
