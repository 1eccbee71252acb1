import { messageOf, NativestorError } from "../../base/errors.ts";

/** What is wrong with a manifest, and in which line of its file. */
export class ManifestError extends NativestorError {
  readonly line: number;

  constructor(line: number, message: string, options?: { cause?: unknown }) {
    super("invalid-argument", message, options);
    this.line = line;
  }

  /** Puts a line to an error that has none. */
  static at(line: number, error: unknown, subject?: string): ManifestError {
    if (error instanceof ManifestError) return error;
    const message = subject === undefined ? messageOf(error) : `${subject}: ${messageOf(error)}`;
    return new ManifestError(line, message, { cause: error });
  }
}
