import { messageOf, NativestorError } from "../../../base/errors.ts";

/** What one lvm command wrote in JSON: reports, and in a shell the log of the command. */
export interface LvmDocument {
  readonly report?: readonly Readonly<Record<string, unknown>>[];
  readonly log?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Reads what lvm wrote. Lines before the first brace (warnings of other programs on the same output) are passed over.
 * @throws NativestorError `internal` where it is no JSON, is cut off, or has another shape
 */
export function parseDocument(output: string): LvmDocument {
  const start = output.search(/^\s*\{/m);
  if (start < 0) throw new NativestorError("internal", `lvm printed no report but ${excerpt(output)}`);
  const value = parseJson(output.slice(start));
  for (const key of ["report", "log"] as const) {
    const list = value[key] ?? [];
    if (!Array.isArray(list) || list.some((entry) => typeof entry !== "object" || entry === null))
      throw new NativestorError("internal", `lvm report: "${key}" is no list of objects in ${excerpt(output)}`);
  }
  return value;
}

function parseJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw new NativestorError("internal", `lvm report is broken or cut off (${messageOf(error)})`, { cause: error });
  }
  throw new NativestorError("internal", `lvm report is no object but ${excerpt(text)}`);
}

function excerpt(text: string): string {
  return text === "" ? "nothing" : JSON.stringify(text.slice(0, 120));
}
