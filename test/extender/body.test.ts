import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { readBody } from "../../src/extender/body.ts";

const chunks = (...texts: string[]) =>
  Readable.from(
    texts.map((text) => Buffer.from(text)),
    { objectMode: false },
  );

test("a body of declared length is put together from its chunks", async () => {
  assert.equal((await readBody(chunks("ab", "c"), 3, 10)).toString(), "abc");
});

test("a body of unknown length grows as it comes", async () => {
  const part = "x".repeat(50_000);
  const body = await readBody(chunks(part, part, part, "end"), undefined, 1 << 20);
  assert.equal(body.toString(), `${part}${part}${part}end`);
});

test("a declared length above the limit is refused before anything is read", async () => {
  const stream = chunks("abc");
  await assert.rejects(readBody(stream, 11, 10), { code: "out-of-range", message: /the 10 bytes that are allowed/ });
  assert.equal(stream.read()?.toString(), "abc");
});

test("a body of unknown length is refused where it passes the limit, and the connection lives on", async () => {
  const stream = chunks("abcdef", "ghijkl", "rest");
  await assert.rejects(readBody(stream, undefined, 10), { code: "out-of-range" });
  assert.equal(stream.destroyed, false);
});

test("a body of exactly the limit is read", async () => {
  assert.equal((await readBody(chunks("0123456789"), undefined, 10)).length, 10);
});

test("a body that ends early is refused with both lengths", async () => {
  await assert.rejects(readBody(chunks("abc"), 5, 10), {
    code: "invalid-argument",
    message: "the body ends after 3 of 5 bytes",
  });
});

test("a body has memory of its own, so that it can be given to another thread", async () => {
  const body = await readBody(chunks("abc"), 3, 10);
  assert.deepEqual([body.byteOffset, body.buffer.byteLength], [0, 3]);
});
