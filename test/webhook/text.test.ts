import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { boundWarnings, quoted, quotedList } from "../../src/webhook/text.ts";

test("the API server hands on every warning whole, whatever the names in it", () => {
  const texts = fc.array(fc.string({ unit: "binary", maxLength: 600, size: "max" }), { maxLength: 40 });
  fc.assert(
    fc.property(texts, (given) => {
      const warnings = boundWarnings(given);
      assert.ok(warnings.reduce((sum, text) => sum + Array.from(text).length, 0) <= 4096);
      for (const text of warnings) {
        assert.ok(Array.from(text).length <= 256);
        assert.ok(text.isWellFormed());
        assert.doesNotMatch(text, /\p{Cc}/u);
      }
    }),
  );
});

test("a short warning stays as it is", () => {
  assert.deepEqual(boundWarnings(["ünïcode “quotes” 🎉"]), ["ünïcode “quotes” 🎉"]);
});

test("half a surrogate pair does not come through", () => {
  assert.deepEqual(boundWarnings(["a\ud800b"]), ["a\ufffdb"]);
});

test("of too many warnings the last says how many are left out", () => {
  const warnings = boundWarnings(Array.from({ length: 100 }, (_, index) => `warning ${index}`));
  assert.equal(warnings.length, 16);
  assert.equal(warnings.at(-1), "85 more warnings of this kind are left out");
});

test("a name of 10 KB is cut", () => {
  assert.equal(quoted("x".repeat(10_000)), `"${"x".repeat(62)}…"`);
});

test("a line break in a name is no line break in a text", () => {
  assert.equal(quoted("a\nb\u202e"), '"a?b?"');
});

test("of many names the first few are shown", () => {
  assert.equal(quotedList(["a", "b", "c"], 2), '"a", "b" and 1 more');
});
