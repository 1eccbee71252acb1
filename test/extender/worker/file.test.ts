import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { workerFile } from "../../../src/extender/worker/file.ts";

test("in the sources the worker is there", () => {
  assert.ok(existsSync(workerFile()));
});

test("beside a bundle it is called extender-worker.js", () => {
  assert.equal(workerFile("file:///app/dist/nativestor.js").href, "file:///app/dist/extender-worker.js");
});
