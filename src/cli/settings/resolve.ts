import type { z } from "zod";
import { NativestorError } from "../../base/errors.ts";
import type { SettingsFile } from "./file.ts";
import { nearest } from "../nearest.ts";
import { flagOf, type Setting, type Table, type ValuesOf, variableOf } from "./setting.ts";

/** Where settings come from, the strongest first. */
export interface Sources {
  /** What flags said, by key: their texts, or whether a switch is on. */
  readonly flags: Readonly<Record<string, readonly string[] | boolean | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: SettingsFile | undefined;
}

/** A value before it is checked, and how a complaint calls the place that it came from. */
interface Found {
  readonly raw: unknown;
  readonly where: (path: readonly PropertyKey[]) => string;
}

/**
 * Settings of a role: a flag before an environment variable before the file before the default.
 * @throws NativestorError `invalid-argument` with one line for each complaint, each naming its field
 */
export function resolveSettings<T extends Table>(table: T, sources: Sources): ValuesOf<T> {
  const complaints = sources.file === undefined ? [] : unknownKeys(table, sources.file);
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(table)) {
    const found = find(key, setting, sources);
    if (found === undefined) {
      values[key] = setting.initial;
      continue;
    }
    const checked = setting.schema.safeParse(found.raw);
    if (checked.success) values[key] = checked.data;
    else complaints.push(...checked.error.issues.map((issue) => complaint(found, issue)));
  }
  if (complaints.length > 0) throw new NativestorError("invalid-argument", complaints.join("\n"));
  return values as ValuesOf<T>;
}

function find(key: string, setting: Setting<unknown>, { flags, env, file }: Sources): Found | undefined {
  const said = flags[key];
  if (typeof said === "boolean") return { raw: said, where: () => flagOf(key, setting) };
  if (said !== undefined) return { raw: setting.fromTexts(said), where: (path) => named(flagOf(key, setting), path) };
  const variable = env[variableOf(key)];
  // an empty variable is what a template leaves of nothing
  if (variable !== undefined && variable !== "") {
    const texts = setting.form === "list" ? variable.split(",").map((part) => part.trim()) : [variable];
    return { raw: setting.fromTexts(texts), where: (path) => named(variableOf(key), path) };
  }
  const value = setting.inFile === false ? undefined : file?.values.get(key);
  // `key:` with nothing after it says nothing
  if (file === undefined || value === undefined || value === null) return undefined;
  return { raw: value, where: (path) => `${file.where([key, ...path])}: ${named(key, path)}` };
}

function unknownKeys(table: Table, file: SettingsFile): string[] {
  const known = Object.keys(table).filter((key) => table[key]?.inFile !== false);
  return [...file.values.keys()]
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearest(key, known);
      const hint = near === undefined ? `known are ${known.join(", ")}` : `did you mean ${near}?`;
      return `${file.where([key])}: unknown setting ${key}; ${hint}`;
    });
}

function named(field: string, path: readonly PropertyKey[]): string {
  return [field, ...path.map(String)].join(".");
}

function complaint({ raw, where }: Found, { path, message }: z.core.$ZodIssue): string {
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], raw);
  return `${where(path)} ${message}, not ${JSON.stringify(value)?.slice(0, 100)}`;
}
