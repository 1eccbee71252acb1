import { type ErrorCode, NativestorError } from "../../base/errors.ts";

/** Refuses a request for what stands in `field`, the name as it is in the CSI specification. */
export function refuse(field: string, problem: string, code: ErrorCode = "invalid-argument"): never {
  throw new NativestorError(code, `${field}: ${problem}`);
}

/** Longest part of a value that a message repeats. */
const maxQuoted = 60;

/** A value inside a message, so that it is seen where it begins and ends. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text);
}
