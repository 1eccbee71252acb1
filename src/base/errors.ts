/** What went wrong, in the words of gRPC's status codes; each rim maps it to its own (HTTP status, gRPC code, exit status). */
export type ErrorCode =
  | "invalid-argument"
  | "not-found"
  | "already-exists"
  | "resource-exhausted"
  | "failed-precondition"
  | "aborted"
  | "out-of-range"
  | "unavailable"
  | "deadline-exceeded"
  | "internal";

/** The one error class of the house. `message` is for a person: it names the field or object and says what would be right. */
export class NativestorError extends Error {
  override readonly name = "NativestorError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** Funnel for a caught value: ours stay as they are, all else becomes `internal` with the original as its cause. */
  static from(value: unknown): NativestorError {
    if (value instanceof NativestorError) return value;
    return new NativestorError("internal", messageOf(value), { cause: value });
  }
}

/** Text of any thrown value. */
export function messageOf(value: unknown): string {
  if (!(value instanceof Error)) return String(value);
  // an AggregateError (a connection tried on several addresses) has an empty message of its own
  if (value.message === "" && value instanceof AggregateError) return value.errors.map(messageOf).join("; ");
  return value.message;
}
