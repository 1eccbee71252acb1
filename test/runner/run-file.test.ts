import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import type { FileResult } from "./result.ts";
import type { Suite } from "./suites.ts";

const folder = mkdtempSync(join(tmpdir(), "nativestor-run-file-"));
const suite: Omit<Suite, "missing"> = {
  name: "unit",
  folders: undefined,
  concurrency: 1,
  testTimeoutMs: 500,
  fileTimeoutMs: 3_000,
};

after(() => rmSync(folder, { recursive: true }));

// in a process of its own: node:test does not run files from within a test
async function runApart(file: string): Promise<FileResult> {
  const script = join(folder, "run.ts");
  writeFileSync(
    script,
    `import { runFile } from ${JSON.stringify(new URL("./run-file.ts", import.meta.url))};
    const { suite, folder, file } = JSON.parse(process.argv[2]);
    console.log(JSON.stringify(await runFile(folder, file, suite)));`,
  );
  const args = [script, JSON.stringify({ suite, folder, file })];
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as FileResult;
}

async function run(file: string, text: string) {
  writeFileSync(join(folder, file), `import { describe, test } from "node:test";\n${text}`);
  const { failures, passed, output } = await runApart(file);
  return { passed, titles: failures.map(({ title }) => title), details: failures.map(({ detail }) => detail), output };
}

test("passes and failures are counted, a group that fails for its tests not again", async () => {
  const result = await run(
    "mixed.test.ts",
    `test("good", () => {}); describe("group", () => { test("bad", () => { throw new Error("boom"); }); });`,
  );
  assert.equal(result.passed, 1);
  assert.deepEqual(result.titles, ["mixed.test.ts › group › bad"]);
  assert.match(String(result.details[0]), /^Error: boom/);
});

test("skipped tests and those to be done are failures", async () => {
  const { passed, titles } = await run("left.test.ts", `test.skip("skipped", () => {}); test.todo("later", () => {});`);
  assert.equal(passed, 0);
  assert.deepEqual(titles, ["left.test.ts › skipped", "left.test.ts › later"]);
});

test("a file without tests is a failure, and so is one that ends before they report", async () => {
  assert.deepEqual((await run("empty.test.ts", "")).details, ["the file reported no test"]);
  assert.deepEqual((await run("quits.test.ts", `test("a", () => process.exit(0));`)).details, [
    "the file reported no test",
  ]);
});

test("a file that cannot be loaded is a failure, with what it printed", async () => {
  const { titles, output } = await run("broken.test.ts", `throw new Error("no such thing");`);
  assert.deepEqual(titles, ["broken.test.ts"]);
  assert.match(output, /no such thing/);
});

test("a test that takes too long fails", async () => {
  const { details } = await run("slow.test.ts", `test("slow", () => new Promise((r) => setTimeout(r, 1000)));`);
  assert.match(String(details[0]), /timed out after 500ms/);
});

test("a process that does not end after its tests is stopped, and its file fails", async () => {
  const { passed, details } = await run("lasting.test.ts", `test("good", () => void setInterval(() => {}, 1000));`);
  assert.equal(passed, 1);
  assert.deepEqual(details, ["the file's process did not end within 3 s and was stopped"]);
});
