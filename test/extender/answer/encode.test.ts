import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createChunkMemory } from "../../../src/extender/answer/chunk-memory.ts";
import { encode } from "../../../src/extender/answer/encode.ts";

const small = { take: () => Buffer.alloc(16, 0xff) };

test("texts come out as their UTF-8, wherever the chunks end", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 60 })), (texts) => {
      const { chunks } = encode(texts, small);
      assert.equal(Buffer.concat(chunks).toString("utf8"), Buffer.from(texts.join("")).toString("utf8"));
    }),
  );
});

test("no chunk is empty", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 60 })), (texts) => {
      assert.ok(encode(texts, small).chunks.every(({ byteLength }) => byteLength > 0));
    }),
  );
});

test("memory that is given back is taken again", () => {
  const memory = createChunkMemory();
  const { taken } = encode(["a"], memory);
  memory.giveBack(taken);
  assert.equal(memory.take(), taken[0]);
});

test("a bounded number of chunks is kept", () => {
  const memory = createChunkMemory();
  const chunks = Array.from({ length: 40 }, () => memory.take());
  memory.giveBack(chunks);
  const again = new Set(Array.from({ length: 40 }, () => memory.take()));
  assert.equal(chunks.filter((chunk) => again.has(chunk)).length, 16);
});
