import { execa } from "execa";
import { messageOf, NativestorError } from "../../../base/errors.ts";
import type { Logger } from "../../../base/log.ts";
import { type LvmDocument, parseDocument } from "../report/document.ts";
import type { LvmCommand } from "./command.ts";
import { endOf } from "./end.ts";
import { documentReader } from "./lines.ts";
import type { LvmOutcome } from "./outcome.ts";

/** A running `lvm` shell. One command at a time. */
export interface LvmShell {
  /** Runs a command. The status is undefined where the shell ended, or answered with something else, meanwhile. */
  run(args: readonly string[]): Promise<LvmOutcome>;
  /** The shell can take a command. */
  readonly usable: boolean;
  /** Closes its input: it ends after what it does now. Resolves when it has. */
  end(): Promise<void>;
  /** Only for a shell that runs no change. */
  kill(): void;
}

/**
 * LVM's own profile for programs that drive its shell (its D-Bus daemon does): reports as JSON, and each command closes
 * with its status. It is part of the lvm2 package of most distributions; where it is not, no shell is used.
 */
const profile = "lvmdbusd";

/** lvm takes 64 words in a line (`MAX_ARGS` in its lvmcmdline.c); some are its own. */
const maxWords = 56;

/** After a command with one of these the next one of the same shell ends it by a segmentation fault (seen with LVM 2.03.16). */
const fatal: ReadonlySet<string> = new Set(["--devices", "--devicesfile"]);

/** The shell takes these words as they are: no quotes, no spaces, no comment sign. */
export function fitsShell(args: readonly string[]): boolean {
  if (args.some((arg) => fatal.has(arg))) return false;
  return args.length <= maxWords && args.every((arg) => /^[A-Za-z0-9_+.,/=!:&%@~{}-]+$/.test(arg));
}

/**
 * Starts a shell and makes sure that it speaks JSON.
 * @throws NativestorError `unavailable` where it does not within `limitMs`
 */
export async function startShell(command: LvmCommand, limitMs: number, log: Logger): Promise<LvmShell> {
  const shell = spawnShell(command, log);
  const timer = setTimeout(() => shell.kill(), limitMs);
  // asks for the log of a command that never was: answered with an empty one, in JSON
  const answer = await shell.ask("lastlog").finally(() => clearTimeout(timer));
  if (typeof answer === "object") return shell;
  shell.kill();
  throw new NativestorError("unavailable", `lvm cannot be used as a shell: ${answer}`);
}

function spawnShell(command: LvmCommand, log: Logger) {
  const child = execa(command.file, command.leading, {
    env: { ...command.env, LVM_COMMAND_PROFILE: profile },
    extendEnv: false,
    stdin: "pipe",
    stdout: "pipe",
    // its errors are in the documents; and a write to a pipe that nobody reads any more would end it half-way
    stderr: "ignore",
    buffer: false,
    reject: false,
    cleanup: false,
    killDescendants: true,
  });
  let waiting: ((answer: LvmDocument | string) => void) | undefined;
  let ended: string | undefined;
  const settle = (answer: LvmDocument | string) => {
    const resolve = waiting;
    waiting = undefined;
    resolve?.(answer);
  };
  const read = documentReader(
    (text) => settle(documentOf(text)),
    (line) => log.debug({ line: line.slice(0, 200) }, "lvm said beside its reports"),
  );
  child.stdout.setEncoding("utf8").on("data", read);
  child.stdin.on("error", () => {}); // it has ended: told below
  const exited = watchEnd();
  async function watchEnd(): Promise<void> {
    const { reason } = await endOf(child);
    ended = reason || "it has ended";
    settle(ended);
  }
  const ask = (line: string) =>
    new Promise<LvmDocument | string>((resolve) => {
      if (ended !== undefined) return resolve(ended);
      waiting = resolve;
      child.stdin.write(`${line}\n`);
    });
  const shell = {
    ask,
    run: async (args: readonly string[]) => outcomeOf(await ask(args.join(" ")), ask, args[0] ?? ""),
    get usable() {
      return ended === undefined;
    },
    end: async () => {
      child.stdin.end();
      await exited;
    },
    kill: () => void child.kill("SIGKILL"),
  };
  return shell;
}

function documentOf(text: string): LvmDocument | string {
  try {
    return parseDocument(text);
  } catch (error) {
    return messageOf(error);
  }
}

async function outcomeOf(
  answer: LvmDocument | string,
  ask: (line: string) => Promise<LvmDocument | string>,
  name: string,
): Promise<LvmOutcome> {
  const status = typeof answer === "string" ? undefined : statusIn(answer);
  if (typeof answer === "string" || status === undefined)
    return { status: undefined, messages: [`lvm ${name}: ${answerText(answer)}`], document: undefined };
  if (status === 0) return { status, messages: [], document: answer };
  // why it failed is in the full log, which has to be asked for
  const full = await ask("lastlog");
  return { status, messages: typeof full === "string" ? [full] : messagesIn(full), document: undefined };
}

function answerText(answer: LvmDocument | string): string {
  return typeof answer === "string" ? answer : "its answer has no status";
}

// a return code of 1 is what single commands tell as exit status 0
function statusIn(document: LvmDocument): number | undefined {
  const entry = document.log?.findLast((line) => line["log_type"] === "status" && line["log_context"] === "shell");
  const code = Number(entry?.["log_ret_code"] ?? Number.NaN);
  if (!Number.isInteger(code)) return undefined;
  return code === 1 ? 0 : code;
}

function messagesIn(document: LvmDocument): string[] {
  return (document.log ?? [])
    .filter((line) => line["log_type"] === "error" || line["log_type"] === "warn")
    .map((line) => String(line["log_message"]).trim());
}
