import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runFileWithin } from "./run-within.ts";
import type { Suite } from "./suites.ts";

const folder = mkdtempSync(join(tmpdir(), "nativestor-within-"));
const suite: Suite = {
  name: "apart",
  folders: undefined,
  concurrency: 1,
  testTimeoutMs: 10_000,
  fileTimeoutMs: 20_000,
  missing: () => [],
};
writeFileSync(
  join(folder, "apart.test.ts"),
  `import { test } from "node:test";
  import assert from "node:assert/strict";
  test("it sees the variable", () => assert.equal(process.env.APART, "yes"));`,
);
after(() => rmSync(folder, { recursive: true }));

const runApart = (...within: string[]) => runFileWithin(within, folder, "apart.test.ts", suite);

test("a file is run by the command in front of it, and its result comes back", async () => {
  const { passed, failures } = await runApart("env", "-u", "NODE_TEST_CONTEXT", "APART=yes");
  assert.deepEqual({ passed, failures }, { passed: 1, failures: [] });
});

test("a failure within comes back as one", async () => {
  const { passed, failures } = await runApart("env", "-u", "NODE_TEST_CONTEXT", "APART=no");
  assert.equal(passed, 0);
  assert.deepEqual(
    failures.map(({ title }) => title),
    ["apart.test.ts › it sees the variable"],
  );
});

test("a command that runs nothing, or is not there, is a failure", async () => {
  assert.match(String((await runApart("false")).failures[0]?.detail), /false ended with 1 and told no result/);
  assert.match(String((await runApart("/no/such")).failures[0]?.detail), /ENOENT/);
});
