import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../../src/base/log.ts";
import { createChanges } from "../../src/lvmd/changes.ts";

test("a listener that throws keeps nobody else from hearing", () => {
  const changes = createChanges(silentLogger);
  let heard = 0;
  changes.listen(() => {
    throw new Error("no");
  });
  changes.listen(() => {
    heard += 1;
  });
  changes.tell();
  assert.equal(heard, 1);
});

test("the same function can listen twice, and leaves once at a time", () => {
  const changes = createChanges(silentLogger);
  let heard = 0;
  const listener = () => {
    heard += 1;
  };
  const leave = changes.listen(listener);
  changes.listen(listener);
  leave();
  leave();
  changes.tell();
  assert.equal(heard, 1);
});
