import type { Readable } from "node:stream";
import { NativestorError } from "../base/errors.ts";

/** Memory for a body whose length nobody told. */
const firstBytes = 64 << 10;

/**
 * Reads a body into memory of its own, chunk by chunk as it arrives: there is no moment at which all of it is copied.
 * @param declaredLength Content-Length; undefined for a chunked body
 * @throws NativestorError `out-of-range` for a body above `limitBytes`, `invalid-argument` for one that ends early
 */
export async function readBody(
  stream: Readable,
  declaredLength: number | undefined,
  limitBytes: number,
): Promise<Buffer<ArrayBuffer>> {
  if (declaredLength !== undefined && declaredLength > limitBytes) throw tooLarge(limitBytes);
  // the system gives the memory page by page as it is written to, so that a false length costs nothing
  let body = Buffer.allocUnsafeSlow(declaredLength ?? Math.min(firstBytes, limitBytes));
  let length = 0;
  // the stream outlives an error: the answer goes out over the same connection
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    if (length + chunk.length > limitBytes) throw tooLarge(limitBytes);
    if (length + chunk.length > body.length) body = grown(body, length, length + chunk.length);
    chunk.copy(body, length);
    length += chunk.length;
  }
  if (declaredLength !== undefined && length < declaredLength)
    throw new NativestorError("invalid-argument", `the body ends after ${length} of ${declaredLength} bytes`);
  return length === body.length ? body : body.subarray(0, length);
}

function grown(body: Buffer<ArrayBuffer>, used: number, needed: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * body.length));
  body.copy(larger, 0, 0, used);
  return larger;
}

function tooLarge(limitBytes: number): NativestorError {
  return new NativestorError("out-of-range", `the body is larger than the ${limitBytes} bytes that are allowed`);
}
