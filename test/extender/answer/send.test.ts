import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chunkBytes } from "../../../src/extender/answer/chunk-memory.ts";
import { chunksOf } from "../../../src/extender/answer/send.ts";

test("chunks are the same bytes, none of them above the bound and only the last below", () => {
  const sizes = fc.array(fc.oneof(fc.nat(50), fc.nat(100_000), fc.nat(1_500_000)), { maxLength: 12 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const pieces = lengths.map((length, at) => Buffer.alloc(length, at + 1));
      const chunks = [...chunksOf(pieces)];
      assert.ok(Buffer.concat(chunks).equals(Buffer.concat(pieces)));
      assert.ok(chunks.slice(0, -1).every(({ byteLength }) => byteLength === chunkBytes));
      assert.ok(chunks.every(({ byteLength }) => byteLength > 0 && byteLength <= chunkBytes));
    }),
    { numRuns: 50 },
  );
});
