import type { Picked } from "./pick.ts";
import type { FileResult } from "./result.ts";
import { runFile } from "./run-file.ts";
import { runFileWithin } from "./run-within.ts";
import type { Suite } from "./suites.ts";

/** Runs the files of a suite, as many at once as it allows, and tells `report` of each as it ends. */
export async function runSuite(
  testFolder: string,
  { suite, files }: Picked,
  report: (result: FileResult) => void,
): Promise<FileResult[]> {
  const queue = [...files];
  const results: FileResult[] = [];
  const lane = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const result = await Promise.race([runOne(testFolder, file, suite), unstoppable(file, suite)]);
      results.push(result);
      report(result);
    }
  };
  await Promise.all(Array.from({ length: suite.concurrency }, lane));
  return results;
}

function runOne(testFolder: string, file: string, suite: Suite): Promise<FileResult> {
  return suite.within === undefined
    ? runFile(testFolder, file, suite)
    : runFileWithin(suite.within, testFolder, file, suite);
}

/** How long a stopped process may take to end. */
const graceMs = 20_000;

/** What is told of a file whose process does not even heed that it is stopped. */
function unstoppable(file: string, suite: Suite): Promise<FileResult> {
  const durationMs = suite.fileTimeoutMs + graceMs;
  const failures = [
    { title: file, detail: `the file's process was told to stop and still runs after ${graceMs / 1000} s` },
  ];
  return new Promise((resolve) => {
    setTimeout(() => resolve({ file, passed: 0, failures, output: "", durationMs }), durationMs).unref();
  });
}
