import { type ErrorCode, NativestorError, messageOf } from "../base/errors.ts";

/** What a request to the API server came to. */
export class KubeError extends NativestorError {
  /** HTTP status, or the code of a Status object inside a watch; undefined where no answer came. */
  readonly status: number | undefined;

  constructor(status: number | undefined, message: string, options?: { cause?: unknown }) {
    super(codeOf(status), message, options);
    this.status = status;
  }
}

/** The position in history that was asked for is gone: list again. 504 is what the API server says to one from a later history. */
export function isExpired(error: unknown): boolean {
  if (!(error instanceof KubeError)) return false;
  return error.status === 410 || (error.status === 504 && /too large resource version/i.test(error.message));
}

/** Error of an answer whose body may be a Status object (meta/v1). */
export function answerError(what: string, status: number, body: string): KubeError {
  return new KubeError(status, `${what}: ${status} ${statusMessage(body)}`);
}

/** Error of a Status object that came inside a watch. */
export function statusError(what: string, status: unknown): KubeError {
  const { code, message } = (typeof status === "object" && status !== null ? status : {}) as Record<string, unknown>;
  const known = typeof code === "number" ? code : 500;
  return new KubeError(known, `${what}: ${known} ${typeof message === "string" ? message : ""}`.trimEnd());
}

/** Funnel for what a request throws: ours stay, the rest means that no answer came. */
export function connectionError(what: string, error: unknown): NativestorError {
  if (error instanceof NativestorError) return error;
  return new KubeError(undefined, `${what}: ${messageOf(error)}`, { cause: error });
}

/** Longest part of an answer that a message repeats. */
const maxQuoted = 500;

function statusMessage(body: string): string {
  try {
    const status = JSON.parse(body) as { message?: unknown } | null;
    if (typeof status?.message === "string") return status.message.slice(0, maxQuoted);
  } catch {
    // a proxy on the way answers in plain text
  }
  return body.trim().slice(0, maxQuoted);
}

function codeOf(status: number | undefined): ErrorCode {
  if (status === undefined || status === 429 || status >= 500)
    return status === 504 ? "deadline-exceeded" : "unavailable";
  return codes[status] ?? "internal";
}

const codes: Record<number, ErrorCode> = {
  400: "invalid-argument",
  401: "failed-precondition",
  403: "failed-precondition",
  404: "not-found",
  409: "aborted",
  410: "out-of-range",
  422: "invalid-argument",
};
