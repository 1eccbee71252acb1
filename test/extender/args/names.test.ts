import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { currentNames } from "../../../src/capacity/names.ts";
import { createRoster } from "../../../src/capacity/roster.ts";
import { decodeArgs } from "../../../src/extender/args/decode.ts";

const name = fc.oneof(
  fc.constantFrom("a", "b", "node-1", "node-2", "é"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 8 }),
);

test("a list is read the same with a roster as without, each name once, and known ones have their row", () => {
  const property = fc.property(
    fc.array(name, { maxLength: 12 }),
    fc.uniqueArray(name),
    fc.constantFrom(undefined, 1),
    (nodenames, known, indent) => {
      const body = Buffer.from(JSON.stringify({ pod: {}, nodenames }, undefined, indent));
      const roster = createRoster(known);
      const { nodeNames, found } = decodeArgs(body, currentNames, roster);
      assert.deepEqual(nodeNames, decodeArgs(body, currentNames).nodeNames);
      assert.deepEqual(nodeNames, [...new Set((JSON.parse(body.toString()) as { nodenames: string[] }).nodenames)]);
      assert.deepEqual(
        found?.rows,
        nodeNames.map((one) => known.indexOf(one)),
      );
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test("a known name that is written with escapes is the same", () => {
  const body = Buffer.from(`{"pod":{},"nodenames":["a-1","\\u0061-1","\\u0061-2","a-2"]}`);
  const { nodeNames, found } = decodeArgs(body, currentNames, createRoster(["a-2", "a-1"]));
  assert.deepEqual(
    [nodeNames, found?.rows],
    [
      ["a-1", "a-2"],
      [1, 0],
    ],
  );
});

test("an element that ends as a known name does is none", () => {
  for (const list of [`[xabc"]`, `[1,"abc]`, `["abc"x]`, `["abc",]`])
    assert.throws(
      () => decodeArgs(Buffer.from(`{"pod":{},"nodenames":${list}}`), currentNames, createRoster(["abc"])),
      { code: "invalid-argument" },
    );
});
