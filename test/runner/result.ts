/** One test that did not pass. */
export interface Failure {
  /** File and names down to the test. */
  readonly title: string;
  /** Why, in full. */
  readonly detail: string;
}

/** What came of one test file. */
export interface FileResult {
  /** Relative to the test folder. */
  readonly file: string;
  readonly passed: number;
  readonly failures: readonly Failure[];
  /** All that the file printed. */
  readonly output: string;
  readonly durationMs: number;
}
