// `npm test [-- FOLDER…]`: runs the suites whose parts this machine has. The last line is `N passed, N failed`.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { messageOf } from "../src/base/errors.ts";
import { type Picked, pickFiles } from "./runner/pick.ts";
import { failureText, fileLine } from "./runner/report.ts";
import type { FileResult } from "./runner/result.ts";
import { runSuite } from "./runner/run-suite.ts";
import { suitesFor } from "./runner/suites.ts";

const testFolder = fileURLToPath(new URL(".", import.meta.url));
/** Continuous integration has to have everything: there a missing part is a failure. */
const mustHaveAll = process.env.CI !== undefined && process.env.CI !== "" && process.env.CI !== "false";

async function main(words: readonly string[]): Promise<boolean> {
  const results: FileResult[] = [];
  const leftOut: Picked[] = [];
  const unasked: Picked[] = [];
  for (const picked of pickFiles(testFolder, suitesFor(availableParallelism()), words)) {
    if (picked.suite.onDemand !== undefined && words.length === 0) unasked.push(picked);
    else if (picked.suite.missing().length > 0) leftOut.push(picked);
    else results.push(...(await runSuite(testFolder, picked, (result) => console.log(fileLine(result)))));
  }
  for (const result of results) if (result.failures.length > 0) console.log(`\n${failureText(result)}`);
  for (const { suite } of unasked)
    console.log(`left out: suite ${suite.name}: ${suite.onDemand}; \`npm test -- ${suite.name}\` runs it`);
  for (const picked of leftOut) console.log(leftOutLine(picked));
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  let failed = results.reduce((sum, result) => sum + result.failures.length, 0);
  if (mustHaveAll) failed += leftOut.length;
  if (passed + failed === 0) console.log("no test was run, which proves nothing");
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}

function leftOutLine({ suite, files }: Picked): string {
  const word = mustHaveAll ? "FAIL" : "left out";
  return `${word}: suite ${suite.name} (${files.length} files): needs ${suite.missing().join(", ")}; \`npm run test:setup\` brings them`;
}

// exit, not exitCode: a test process that cannot be stopped must not hold this one
try {
  process.exit((await main(process.argv.slice(2))) ? 0 : 1);
} catch (error) {
  console.error(`npm test: ${messageOf(error)}`);
  process.exit(2);
}
