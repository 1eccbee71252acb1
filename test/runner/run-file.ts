import { join } from "node:path";
import { run } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";
import { progressLine } from "./progress.ts";
import type { Failure, FileResult } from "./result.ts";
import type { Suite } from "./suites.ts";

/** Each test is told as it ends, with its time: for suites whose tests take long. */
const tellsProgress = process.env.NATIVESTOR_TIMES !== undefined;

type Ended = Extract<TestEvent, { type: "test:pass" | "test:fail" }>;

/**
 * Runs one test file in a process of its own. That process is stopped when it outlives the suite's bound: node:test
 * bounds each test, yet waits for ever for a process that a forgotten socket or timer keeps alive.
 */
export async function runFile(
  testFolder: string,
  file: string,
  suite: Pick<Suite, "testTimeoutMs" | "fileTimeoutMs">,
): Promise<FileResult> {
  const path = join(testFolder, file);
  const started = performance.now();
  const overdue = AbortSignal.timeout(suite.fileTimeoutMs);
  const events = run({ files: [path], isolation: "process", timeout: suite.testTimeoutMs, signal: overdue });
  const failures: Failure[] = [];
  const output: string[] = [];
  const names: string[] = [];
  let passed = 0;
  for await (const event of events as AsyncIterable<TestEvent>) {
    const line = tellsProgress ? progressLine(event) : undefined;
    if (line !== undefined) process.stderr.write(`${line}\n`);
    if (event.type === "test:start") names.splice(event.data.nesting, Infinity, event.data.name);
    if (event.type === "test:stderr" || event.type === "test:stdout") output.push(event.data.message);
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const title = [file, ...names.slice(0, event.data.nesting), event.data.name]
      .filter((name) => name !== path)
      .join(" › ");
    const detail = overdue.aborted && event.data.name === path ? overdueText(suite) : shortcoming(event, path);
    if (detail !== undefined) failures.push({ title, detail });
    else if (event.type === "test:pass" && event.data.details.type !== "suite") passed += 1;
  }
  // whatever the reason: what was not run is not green
  if (passed + failures.length === 0) failures.push({ title: file, detail: noTest });
  return { file, passed, failures, output: output.join(""), durationMs: performance.now() - started };
}

const noTest = "the file reported no test";

function overdueText(suite: Pick<Suite, "fileTimeoutMs">): string {
  return `the file's process did not end within ${suite.fileTimeoutMs / 1000} s and was stopped`;
}

/** Why a result is no pass; undefined for one that is, and for a group that only repeats that a test in it failed. */
function shortcoming(event: Ended, path: string): string | undefined {
  if (event.type === "test:fail") return failureOf(event.data.details.error);
  if (event.data.skip !== undefined) return "skipped: a test is run or it is not there";
  if (event.data.todo !== undefined) return "marked as to be done: a test is run or it is not there";
  // a file that registers no test, or ends before they report, passes as itself
  if (event.data.name === path) return noTest;
  return undefined;
}

function failureOf(error: Error & { failureType?: unknown }): string | undefined {
  if (error.failureType === "subtestsFailed") return undefined;
  const cause = error.cause ?? error;
  return typeof cause === "string" ? cause : inspect(cause, { depth: 8 });
}
