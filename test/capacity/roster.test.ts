import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createRoster } from "../../src/capacity/roster.ts";

const name = fc.oneof(
  fc.stringMatching(/^[-.a-z0-9]{1,12}$/),
  fc.constantFrom("a", "aa", "ab", "b", ""),
  fc.string({ unit: "binary", maxLength: 6 }),
);

test("a plain name that is in the roster is found by its JSON text wherever it stands, and no other", () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 30 }), fc.uniqueArray(name), name, (names, asked, before) => {
      const roster = createRoster(names);
      for (const one of [...names, ...asked]) {
        const start = Buffer.byteLength(JSON.stringify(before));
        const bytes = Buffer.from(`${JSON.stringify(before)}${JSON.stringify(one)},"x"`);
        const isPlain = /^[-.a-z0-9]+$/.test(one);
        assert.equal(roster.find(bytes, start), isPlain ? names.indexOf(one) : -1);
        assert.equal(roster.rowOf(one), names.indexOf(one));
      }
    }),
    { numRuns: 500 },
  );
});

test("the JSON text of plain names stands ready", () => {
  const roster = createRoster(["node-1", 'a"b', "c.d"]);
  const texts = [0, 1, 2].map((row) => Buffer.from(roster.text).toString("utf8", roster.start(row), roster.end(row)));
  assert.deepEqual(texts, ['"node-1"', "", '"c.d"']);
});

test("what begins as a name does and ends too early is none", () => {
  const roster = createRoster(["node-1"]);
  for (const text of ['"node-1', '"node-', '"', "", 'node-1"', '"node-1\\"', '"node-12"'])
    assert.equal(roster.find(Buffer.from(text), 0), -1);
});
