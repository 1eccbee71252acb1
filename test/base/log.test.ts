import assert from "node:assert/strict";
import { test } from "node:test";
import { textOf } from "../../src/base/log.ts";

test("a log line reads as time, level, message and fields", () => {
  const line =
    '{"level":30,"time":"2026-11-24T20:13:31.000Z","pod":"shop/db-0","fit":2,"refused":{"x":1},"msg":"filtered"}\n';
  assert.equal(textOf(line), '2026-11-24T20:13:31.000Z INFO filtered pod=shop/db-0 fit=2 refused={"x":1}\n');
});

test("a level without a name stays a number", () => {
  assert.equal(textOf('{"level":35,"time":"t","msg":"m"}'), "t 35 m\n");
});
