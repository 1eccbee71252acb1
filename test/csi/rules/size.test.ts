import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { sizeOf } from "../../../src/csi/rules/size.ts";

const gibibyte = 1n << 30n;

for (const [requiredBytes, limitBytes, expected] of [
  [0n, 0n, gibibyte],
  [0n, 2n * gibibyte, gibibyte],
  [0n, 5000n, 4096n],
  [1n, 0n, 4096n],
  [4096n, 4096n, 4096n],
  [4097n, 0n, 8192n],
  [gibibyte, gibibyte, gibibyte],
] as const) {
  test(`(${requiredBytes}, ${limitBytes}) asks for ${expected} bytes`, () => {
    assert.equal(sizeOf({ requiredBytes, limitBytes }), expected);
  });
}

for (const [requiredBytes, limitBytes, code] of [
  [0n, 4095n, "invalid-argument"],
  [20n, 10n, "invalid-argument"],
  [-1n, 10n, "invalid-argument"],
  [10n, -1n, "invalid-argument"],
  [8193n, 12000n, "invalid-argument"],
  [2n ** 63n - 1n, 0n, "out-of-range"],
] as const) {
  test(`(${requiredBytes}, ${limitBytes}) is refused as ${code}`, () => {
    assert.throws(() => sizeOf({ requiredBytes, limitBytes }), { code });
  });
}

test("no range at all asks for 1 GiB", () => {
  assert.equal(sizeOf(undefined), gibibyte);
});

test("the least size of a file system raises, and never above the limit", () => {
  const least = { fileSystemBytes: 300n << 20n, sourceBytes: 0n };
  assert.equal(sizeOf({ requiredBytes: 1n, limitBytes: 0n }, least), 300n << 20n);
  assert.throws(() => sizeOf({ requiredBytes: 1n, limitBytes: 1n << 20n }, least), { code: "out-of-range" });
});

test("every size is a multiple of 4096, not below what is required and not above the limit", () => {
  const bytes = fc.bigInt(0n, 2n ** 63n - 1n);
  fc.assert(
    fc.property(bytes, bytes, bytes, (requiredBytes, limitBytes, fileSystemBytes) => {
      let size: bigint;
      try {
        size = sizeOf({ requiredBytes, limitBytes }, { fileSystemBytes: fileSystemBytes >> 1n, sourceBytes: 0n });
      } catch {
        return;
      }
      assert.equal(size % 4096n, 0n);
      assert.ok(size >= requiredBytes && size >= fileSystemBytes >> 1n);
      assert.ok(limitBytes === 0n || size <= limitBytes);
    }),
  );
});
