import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import type { z } from "zod";
import { messageOf, NativestorError } from "../../base/errors.ts";
import type { LvmdConfig } from "./model.ts";
import { normalise } from "./normalise.ts";
import { conflicts } from "./rules.ts";
import { schema } from "./schema.ts";

/**
 * Reads the configuration file.
 * @throws NativestorError `not-found` or `invalid-argument`; the message names the file and every field that is wrong
 */
export async function loadConfig(path: string): Promise<LvmdConfig> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const code = error.code === "ENOENT" ? "not-found" : "failed-precondition";
    throw new NativestorError(code, `cannot read the configuration file ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  });
  return parseConfig(text, path);
}

/** Checks the text of a configuration file, YAML or JSON. `path` is what messages call it. */
export function parseConfig(text: string, path: string): LvmdConfig {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault !== undefined) throw invalid(path, [fault.message.trimEnd()]);
  const result = schema.safeParse(valueOf(document, path), { error: wordsOf });
  if (!result.success) throw invalid(path, result.error.issues.flatMap(describe));
  const wrong = conflicts(result.data);
  if (wrong.length > 0) throw invalid(path, wrong);
  return normalise(result.data);
}

// aliases that blow up are found only now
function valueOf(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw invalid(path, [messageOf(error)]);
  }
}

function invalid(path: string, problems: readonly string[]): NativestorError {
  return new NativestorError("invalid-argument", `${path}: ${problems.join("; ")}`);
}

// zod's own words for a wrong type speak of "input"
function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "invalid_type") return undefined;
  if (issue.input === undefined) return "is missing";
  return `must be of type ${issue.expected}, not ${issue.input === null ? "null" : typeof issue.input}`;
}

function describe(issue: z.core.$ZodIssue): string[] {
  const field = fieldOf(issue.path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${fieldOf([...issue.path, key])}: no such key`);
  return [`${field === "" ? "the file" : field}: ${issue.message}`];
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
}
