import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { progressLine } from "./progress.ts";

const event = (type: string, data: object) => ({ type, data }) as unknown as TestEvent;

test("a test is told with its time as soon as it ends, and what it says", () => {
  const details = { passed: true, duration_ms: 1_234 };
  assert.equal(progressLine(event("test:complete", { name: "grows", details })), "ok   1.2 s  grows");
  const failed = { name: "grows", details: { ...details, passed: false } };
  assert.equal(progressLine(event("test:complete", failed)), "FAIL 1.2 s  grows");
  assert.equal(progressLine(event("test:diagnostic", { message: "seed 7" })), "  seed 7");
});

test("groups and all else are not told", () => {
  const details = { passed: true, duration_ms: 1, type: "suite" };
  assert.equal(progressLine(event("test:complete", { name: "volumes", details })), undefined);
  assert.equal(progressLine(event("test:diagnostic", { message: "duration_ms 7328.01" })), undefined);
  assert.equal(progressLine(event("test:start", { name: "grows" })), undefined);
});
