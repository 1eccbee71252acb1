import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { pickFiles } from "./pick.ts";
import { suitesFor } from "./suites.ts";

const folder = mkdtempSync(join(tmpdir(), "nativestor-pick-"));
const suites = suitesFor(2);

before(() => {
  for (const file of [
    "kube/a.test.ts",
    "lvmd/b.test.ts",
    "lvmd/deep/c.test.ts",
    "lvmd/support.ts",
    "tools/x.test.ts",
  ]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), "");
  }
});

after(() => rmSync(folder, { recursive: true }));

const picked = (...words: string[]) =>
  Object.fromEntries(pickFiles(folder, suites, words).map(({ suite, files }) => [suite.name, files]));

test("without a word every test file is picked, each in its suite", () => {
  assert.deepEqual(picked(), { unit: ["lvmd/b.test.ts", "lvmd/deep/c.test.ts"], kube: ["kube/a.test.ts"] });
});

test("a folder picks what is under it, also with test/ before its name", () => {
  assert.deepEqual(picked("lvmd/deep"), { unit: ["lvmd/deep/c.test.ts"] });
  assert.deepEqual(picked("test/kube/"), { kube: ["kube/a.test.ts"] });
});

test("a file and a suite can be named", () => {
  assert.deepEqual(picked("lvmd/b.test.ts"), { unit: ["lvmd/b.test.ts"] });
  assert.deepEqual(picked("unit"), { unit: ["lvmd/b.test.ts", "lvmd/deep/c.test.ts"] });
});

test("a word that picks nothing is wrong use, and what there is is told", () => {
  assert.throws(() => picked("lvmd", "nosuch"), /no tests under test\/nosuch; there are kube, lvmd/);
});
