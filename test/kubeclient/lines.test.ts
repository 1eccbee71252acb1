import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { linesOf } from "../../src/kube/lines.ts";
import { collect } from "./support.ts";

async function* chunksOf(...chunks: Uint8Array[]) {
  yield* chunks;
}

const lines = (...chunks: Uint8Array[]) => collect(linesOf(chunksOf(...chunks)));

test("lines come out whole however the bytes are cut, also within a character", async () => {
  const line = fc.string({ unit: "binary", minLength: 1 }).map((text) => JSON.stringify({ text }));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.infiniteStream(fc.integer({ min: 1, max: 7 })), async (texts, sizes) => {
      const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));
      const chunks: Buffer[] = [];
      for (let start = 0; start < bytes.length; ) {
        const size = sizes.next().value as number;
        chunks.push(bytes.subarray(start, start + size));
        start += size;
      }
      assert.deepEqual(await lines(...chunks), texts);
    }),
  );
});

test("empty lines and carriage returns are left out, and so is a line that was cut off", async () => {
  assert.deepEqual(await lines(Buffer.from('\n\r\n{"a":1}\r\n{"b":')), ['{"a":1}']);
});

test("a line without end is refused before it fills the memory", async () => {
  const part = Buffer.alloc(8 * 1024 * 1024, 0x61);
  await assert.rejects(lines(part, part, part), /longer than 16777216 bytes/);
});
