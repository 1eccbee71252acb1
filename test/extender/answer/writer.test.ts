import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createChunkMemory } from "../../../src/extender/answer/chunk-memory.ts";
import { createWriter } from "../../../src/extender/answer/writer.ts";

const small = { take: () => Buffer.alloc(16, 0xff) };
const text = fc.string({ unit: "binary", maxLength: 60 });

test("texts, names and bytes come out as their UTF-8, wherever the chunks end", () => {
  const parts = fc.array(fc.record({ kind: fc.constantFrom("text", "quoted", "bytes"), text }));
  fc.assert(
    fc.property(parts, (all) => {
      const out = createWriter(small);
      for (const part of all) {
        if (part.kind === "bytes") out.bytes(Buffer.from(part.text));
        else if (part.kind === "quoted") out.quoted(part.text);
        else out.text(part.text);
      }
      const { chunks } = out.end();
      const expected = all.map((part) => (part.kind === "quoted" ? JSON.stringify(part.text) : part.text));
      assert.equal(
        Buffer.concat(chunks).toString("utf8"),
        expected.map((part) => Buffer.from(part).toString("utf8")).join(""),
      );
      assert.ok(chunks.every(({ byteLength }) => byteLength > 0));
    }),
    { numRuns: 500 },
  );
});

test("a name is written as JSON writes it", () => {
  for (const name of ["node-1.example", 'a"b', "a\\b", "tab\t", "é", "\u007f", ""]) {
    const out = createWriter(createChunkMemory());
    out.text("[");
    out.quoted(name);
    assert.equal(Buffer.concat(out.end().chunks).toString("utf8"), `[${JSON.stringify(name)}`);
  }
});

test("memory that is given back is taken again", () => {
  const memory = createChunkMemory();
  const out = createWriter(memory);
  out.text("a");
  const { taken } = out.end();
  memory.giveBack(taken);
  assert.equal(memory.take(), taken[0]);
});

test("a bounded number of chunks is kept", () => {
  const memory = createChunkMemory();
  const chunks = Array.from({ length: 40 }, () => memory.take());
  memory.giveBack(chunks);
  const again = new Set(Array.from({ length: 40 }, () => memory.take()));
  assert.equal(chunks.filter((chunk) => again.has(chunk)).length, 8);
});
