import { NativestorError } from "../../base/errors.ts";

/** A JSON object whose content nobody has checked yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Longest name of a Kubernetes object: a DNS subdomain, RFC 1123 §2.1. */
const maxNameLength = 253;

const nothing: Fields = Object.freeze({});
const noTexts: Readonly<Record<string, string>> = Object.freeze({});

/**
 * An object at `field`; an absent or null one reads as empty, as Go reads it.
 * @throws NativestorError `invalid-argument` when it is something else
 */
export function fieldsAt(value: unknown, field: string): Fields {
  if (value == null) return nothing;
  if (typeof value !== "object" || Array.isArray(value)) throw wrongType(field, "an object", value);
  return value as Fields;
}

/** A list at `field`; as `fieldsAt`. */
export function listAt(value: unknown, field: string): readonly unknown[] {
  if (value == null) return [];
  if (!Array.isArray(value)) throw wrongType(field, "a list", value);
  return value;
}

/** A string at `field`; undefined where it is absent or null. */
export function textAt(value: unknown, field: string): string | undefined {
  if (value == null) return undefined;
  if (typeof value !== "string") throw wrongType(field, "a string", value);
  return value;
}

/** Name of an object at `field`, at most 253 characters; undefined where it is absent or null. */
export function nameAt(value: unknown, field: string): string | undefined {
  const name = textAt(value, field);
  if (name !== undefined && name.length > maxNameLength)
    throw new NativestorError(
      "invalid-argument",
      `${field} is at most ${maxNameLength} characters long, not ${name.length}`,
    );
  return name;
}

/** As `nameAt`, where there has to be one. */
export function requiredNameAt(value: unknown, field: string): string {
  const name = nameAt(value, field);
  if (name === undefined || name === "") throw new NativestorError("invalid-argument", `${field} is missing`);
  return name;
}

/** A map of strings at `field`, such as annotations; null values read as empty, as Go reads them. */
export function textsAt(value: unknown, field: string): Readonly<Record<string, string>> {
  if (value == null) return noTexts;
  // fromEntries defines keys and never assigns them, so that `__proto__` is a key like any other
  return Object.fromEntries(
    Object.entries(fieldsAt(value, field)).map(([key, text]) => [key, textAt(text, keyed(field, key)) ?? ""]),
  );
}

function keyed(field: string, key: string): string {
  return `${field}[${JSON.stringify(key.slice(0, maxNameLength))}]`;
}

function wrongType(field: string, wanted: string, value: unknown): NativestorError {
  const got = Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
  return new NativestorError("invalid-argument", `${field} is ${wanted}, not ${got}`);
}
