import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fullStoreBytes, storeBytesFor } from "../../src/lvmd/snapshot-store.ts";
import { MiB } from "./storage-contract.ts";

const extentBytes = 4n * MiB;
const sizes = fc.record({
  askedBytes: fc.bigInt({ min: 1n, max: 1n << 50n }),
  sourceBytes: fc.bigInt({ min: 1n, max: 1n << 24n }).map((count) => count * extentBytes),
  extentBytes: fc.constant(extentBytes),
});
const policy = fc.oneof(
  fc.constantFrom("asked", "full"),
  fc.integer({ min: 1, max: 100 }).map((percent) => ({ percent })),
);

test("a store has at least an extent, and no more than its source can fill", () => {
  fc.assert(
    fc.property(policy, sizes, (policy, sizes) => {
      const store = storeBytesFor(policy, sizes);
      assert.ok(store >= extentBytes && store % extentBytes === 0n);
      assert.ok(store <= fullStoreBytes(sizes.sourceBytes, extentBytes));
    }),
  );
});

test("a full store is larger than its source by index and header alone", () => {
  assert.equal(fullStoreBytes(8n * MiB, extentBytes), 12n * MiB);
  assert.equal(fullStoreBytes(1024n * MiB, extentBytes), 1032n * MiB);
});

test("a store is as large as asked, as its source needs, or a share of its source", () => {
  const sizes = { askedBytes: 100n * MiB, sourceBytes: 100n * MiB, extentBytes };
  assert.equal(storeBytesFor("asked", sizes), 100n * MiB);
  assert.equal(storeBytesFor("full", sizes), 104n * MiB);
  assert.equal(storeBytesFor({ percent: 20 }, sizes), 20n * MiB);
  assert.equal(storeBytesFor({ percent: 1 }, sizes), 4n * MiB);
});
