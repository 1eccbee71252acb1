import type { Clock } from "../base/clock.ts";
import { readSettingsFile } from "./settings/file.ts";
import { resolveSettings } from "./settings/resolve.ts";
import type { Table, ValuesOf } from "./settings/setting.ts";

/** The world as a role sees it. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Writes to standard output, which is for what a person or a script asked to see. */
  readonly print: (text: string) => void;
  /** Standard output is a terminal that may be coloured. */
  readonly colour: boolean;
  /** Standard error is a terminal: logs are then for a person. */
  readonly logsToTerminal: boolean;
  /** Aborts when the process shall stop in good order. */
  readonly stop: AbortSignal;
}

/** What flags said, by key. */
export type Flags = Readonly<Record<string, readonly string[] | boolean | undefined>>;

/** A role as the command line sees it. */
export interface Role {
  readonly table: Table;
  /** Stands below the list of flags in the help. */
  readonly epilogue: string;
  /**
   * Runs until the work is done or `stop` aborts.
   * @throws NativestorError `invalid-argument` for wrong use, any other error for a failure
   */
  readonly run: (flags: Flags, surroundings: Surroundings) => Promise<void>;
}

/** Puts a role together. `readsFile` makes the setting `config` name a file that holds the others. */
export function defineRole<T extends Table>(definition: {
  readonly table: T;
  readonly readsFile?: boolean;
  readonly epilogue?: string;
  readonly run: (settings: ValuesOf<T>, surroundings: Surroundings) => Promise<void>;
}): Role {
  const { table, run, readsFile = false, epilogue = "" } = definition;
  return {
    table,
    epilogue,
    run: async (flags, surroundings) => {
      const { env } = surroundings;
      const path = readsFile ? configPath(flags, env) : undefined;
      const file = path === undefined ? undefined : await readSettingsFile(path);
      await run(resolveSettings(table, { flags, env, file }), surroundings);
    },
  };
}

function configPath(flags: Flags, env: Surroundings["env"]): string | undefined {
  const said = flags.config;
  return (Array.isArray(said) ? (said as readonly string[])[0] : undefined) ?? (env.NATIVESTOR_CONFIG || undefined);
}
