import assert from "node:assert/strict";
import { test } from "node:test";
import { joined } from "../../../src/extender/answer/joined.ts";

test("pieces put together are the entries with commas between them", () => {
  const entries = Array.from({ length: 20_000 }, (_, at) => `entry ${at}`);
  assert.equal(joined(entries).join(""), entries.join(","));
});

test("a long text comes in several pieces", () => {
  assert.ok(joined(Array.from({ length: 20_000 }, () => "entry")).every(({ length }) => length < 33_000));
});

test("nothing comes of no entries", () => {
  assert.deepEqual(joined([]), []);
});
