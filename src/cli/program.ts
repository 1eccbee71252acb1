import { Command, Option } from "commander";
import manifest from "../../package.json" with { type: "json" };
import type { Flags, Role } from "./role.ts";
import { roles } from "./roles.ts";
import { flagOf, type Setting, type Table, variableOf } from "./settings/setting.ts";

/** Where the command line's own texts go. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What a command line asks to be run. */
export interface Request {
  readonly name: string;
  readonly role: Role;
  readonly flags: Flags;
}

/** A command line that runs nothing: help or the version was printed (0), or a complaint about it (2). */
export interface Refusal {
  readonly status: number;
}

/** Reads a command line, without the program's own name. */
export async function parseCommandLine(args: readonly string[], output: Output): Promise<Request | Refusal> {
  let request: Request | undefined;
  const program = prepared(new Command("nativestor"), output)
    .usage("ROLE [flags]")
    .description(
      "Local volumes for Kubernetes: knows the room on every node and places every pod where its volumes fit.",
    )
    .version(manifest.version, "--version", "print the version")
    .showHelpAfterError("`nativestor --help` lists the roles.")
    .addHelpText(
      "after",
      "\n`nativestor ROLE --help` lists the flags of a role. Exit status: 0 done, 1 failed, 2 wrong use.",
    );
  for (const { name, summary, load } of roles) {
    const command = prepared(program.command(name), output).summary(summary);
    if (!args.includes(name)) continue;
    const role = await load();
    furnish(command, name, summary, role).action(() => {
      request = { name, role, flags: flagsOf(command, role.table) };
    });
  }
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    return { status: statusOf(error) };
  }
  return request ?? { status: 2 };
}

// commander throws instead of ending the process, and writes where it is told to
function prepared(command: Command, { out, err }: Output): Command {
  return command
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err, outputError: (text, write) => write(`nativestor: ${text}`) })
    .helpOption("-h, --help", "print this help");
}

function furnish(command: Command, name: string, summary: string, role: Role): Command {
  command.usage("[flags]").description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`);
  command.showHelpAfterError(`\`nativestor ${name} --help\` lists the flags.`);
  if (role.epilogue !== "") command.addHelpText("after", `\n${role.epilogue}`);
  for (const [key, setting] of Object.entries(role.table)) {
    command.addOption(optionOf(key, setting));
    if (setting.form === "switch") command.addOption(new Option(`--no-${setting.flag ?? key}`).hideHelp());
  }
  return command;
}

function optionOf(key: string, setting: Setting<unknown>): Option {
  const flag = flagOf(key, setting);
  const option = new Option(
    setting.form === "switch" ? flag : `${flag} <${setting.placeholder}>`,
    helpOf(key, setting),
  );
  if (setting.form === "list") option.argParser<string[] | undefined>((text, before) => [...(before ?? []), text]);
  return option;
}

function helpOf(key: string, { help, form, initialText, flag }: Setting<unknown>): string {
  const notes = [
    ...(form === "list" ? ["repeatable"] : []),
    ...(initialText === undefined ? [] : [`default ${initialText}`]),
    variableOf(key),
    ...(flag === undefined ? [] : [`${key} in the file`]),
  ];
  return `${help} (${notes.join("; ")})`;
}

function flagsOf(command: Command, table: Table): Flags {
  return Object.fromEntries(
    Object.entries(table).flatMap(([key, setting]) => {
      const attribute = new Option(flagOf(key, setting)).attributeName();
      // a default that commander thinks up for `--no-…` was not said
      if (command.getOptionValueSource(attribute) !== "cli") return [];
      const said = command.getOptionValue(attribute) as string | string[] | boolean;
      return [[key, typeof said === "string" ? [said] : said]];
    }),
  );
}

function statusOf(error: unknown): number {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  // `commander.help` is the help that stands in for a role that was not named
  if (["commander.helpDisplayed", "commander.version"].includes(code)) return 0;
  if (code.startsWith("commander.")) return 2;
  throw error;
}
