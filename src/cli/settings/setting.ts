import type { z } from "zod";

/** How a setting is written on a command line. */
type Form =
  /** `--flag VALUE`. */
  | "value"
  /** `--flag`, and `--no-flag` against a file that turns it on. */
  | "switch"
  /** `--flag VALUE`, as often as one likes; commas between them in an environment variable. */
  | "list";

/** One setting of a role. Its flag, environment variable, file key, default, check and help all come from here. */
export interface Setting<T> {
  readonly form: Form;
  /** Stands for the value in the help; empty for a switch. */
  readonly placeholder: string;
  readonly help: string;
  /** Checks and normalises a value as the configuration file has it. */
  readonly schema: z.ZodType<T>;
  /** Makes what a flag or variable says (one text for each value) into what the file would say. */
  readonly fromTexts: (texts: readonly string[]) => unknown;
  readonly initial: T;
  /** How the help writes the default; undefined says nothing about it. */
  readonly initialText: string | undefined;
  /** Flag without its dashes where it is not the key. */
  readonly flag?: string;
  /** Whether it may stand in the configuration file; true by default. */
  readonly inFile?: boolean;
}

/** Settings of a role by their key. */
export type Table = Readonly<Record<string, Setting<unknown>>>;

/** What a table's settings come to. */
export type ValuesOf<T extends Table> = { readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : never };

/** Flag of a setting, with its dashes. */
export function flagOf(key: string, setting: Setting<unknown>): string {
  return `--${setting.flag ?? key}`;
}

/**
 * Environment variable of a setting. Kubernetes gives every pod NATIVESTOR_PORT and NATIVESTOR_SERVICE_… of a Service that is
 * called nativestor, so no key may be `port` or begin with `service-` or `port-`.
 */
export function variableOf(key: string): string {
  return `NATIVESTOR_${key.replaceAll("-", "_").toUpperCase()}`;
}
