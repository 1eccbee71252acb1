import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { NativestorError } from "../../../src/base/errors.ts";
import type { PoolCreation, PoolGrowth } from "../../../src/lvmd/config/device-class.ts";
import { planPool } from "../../../src/lvmd/thin/create.ts";
import { growthOf, type PoolLevel } from "../../../src/lvmd/thin/grow.ts";
import { fullness } from "../../../src/lvmd/thin/guard.ts";
import { metadataBytesFor } from "../../../src/lvmd/thin/metadata.ts";
import { thinPool } from "../samples.ts";
import { MiB } from "../storage-contract.ts";

const GiB = 1024n * MiB;
const extentBytes = 4n * MiB;
const bytes = fc.bigInt({ min: 1n, max: 1n << 46n });
const extents = fc.bigInt({ min: 1n, max: 1n << 22n }).map((count) => count * extentBytes);
const freeBytes = fc.bigInt({ min: 0n, max: 1n << 22n }).map((count) => count * extentBytes);
const percent = fc.integer({ min: 1, max: 100 });
const amount = fc.oneof(
  bytes.map((bytes) => ({ bytes })),
  percent.map((percent) => ({ percent })),
);

describe("metadata of a thin pool", () => {
  it("is 64 bytes for each chunk, from 2 MiB up, in whole extents", () => {
    assert.equal(metadataBytesFor(GiB, 64n << 10n, extentBytes), 4n * MiB);
    assert.equal(metadataBytesFor(100n * GiB, 64n << 10n, extentBytes), 100n * MiB);
    assert.equal(metadataBytesFor(100n * GiB, 1n << 20n, extentBytes), 8n * MiB);
  });

  it("stays within 128 MiB where LVM may choose the chunks, and within what LVM makes in any case", () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(undefined, 64n << 10n, 1n << 20n), (dataBytes, chunk) => {
        const metadata = metadataBytesFor(dataBytes, chunk, extentBytes);
        assert.ok(metadata >= 2n * MiB && metadata % extentBytes === 0n);
        assert.ok(metadata <= (chunk === undefined ? 132n : 16_192n) * MiB);
      }),
    );
  });
});

const creation: fc.Arbitrary<PoolCreation> = fc.record({
  size: amount,
  metadataBytes: fc.option(fc.bigInt({ min: 2n * MiB, max: GiB }), { nil: undefined }),
  chunkBytes: fc.constantFrom(undefined, 64n << 10n, 1n << 20n),
});

describe("a thin pool that is to be made", () => {
  it("fits with its metadata and their spare, and is at least as large as asked, or is refused", () => {
    fc.assert(
      fc.property(creation, freeBytes, (creation, freeBytes) => {
        try {
          const { dataBytes, metadataBytes } = planPool(creation, { freeBytes, extentBytes });
          assert.ok(dataBytes > 0n && dataBytes % extentBytes === 0n && metadataBytes % extentBytes === 0n);
          assert.ok(dataBytes + 2n * metadataBytes <= freeBytes);
          if ("bytes" in creation.size) assert.ok(dataBytes >= creation.size.bytes);
          if (creation.metadataBytes !== undefined) assert.ok(metadataBytes >= creation.metadataBytes);
        } catch (error) {
          assert.ok(error instanceof NativestorError && error.code === "resource-exhausted", String(error));
        }
      }),
    );
  });

  it("may have all of a group", () => {
    const all = { size: { percent: 100 }, metadataBytes: undefined, chunkBytes: undefined };
    assert.deepEqual(planPool(all, { freeBytes: GiB, extentBytes }), {
      dataBytes: 1016n * MiB,
      metadataBytes: 4n * MiB,
    });
  });

  it("is refused with the figures where it is too large", () => {
    const large = { size: { bytes: GiB }, metadataBytes: 8n * MiB, chunkBytes: undefined };
    assert.throws(
      () => planPool(large, { freeBytes: GiB, extentBytes }),
      new RegExp(`${GiB} bytes with twice ${8n * MiB}`),
    );
  });
});

const rule: fc.Arbitrary<PoolGrowth> = fc.record({
  dataPercent: percent,
  metadataPercent: percent,
  by: amount,
  limitBytes: fc.option(bytes, { nil: undefined }),
});
const level: fc.Arbitrary<PoolLevel> = fc.record({
  dataBytes: extents,
  metadataBytes: fc.bigInt({ min: 1n, max: 4048n }).map((count) => count * extentBytes),
  dataPercent: fc.double({ min: 0, max: 100, noNaN: true }),
  metadataPercent: fc.double({ min: 0, max: 100, noNaN: true }),
});

describe("a thin pool that fills", () => {
  it("takes no more than is free, spare metadata counted, in whole extents, and never shrinks", () => {
    fc.assert(
      fc.property(rule, level, freeBytes, (rule, pool, freeBytes) => {
        const grown = growthOf(rule, pool, { freeBytes, extentBytes }) ?? pool;
        const [data, metadata] = [grown.dataBytes - pool.dataBytes, grown.metadataBytes - pool.metadataBytes];
        assert.ok(data >= 0n && metadata >= 0n && data % extentBytes === 0n && metadata % extentBytes === 0n);
        assert.ok(data + 2n * metadata <= freeBytes);
      }),
    );
  });

  it("grows only what has reached its threshold, and never beyond its limit", () => {
    fc.assert(
      fc.property(rule, level, freeBytes, (rule, pool, freeBytes) => {
        const grown = growthOf(rule, pool, { freeBytes, extentBytes }) ?? pool;
        if (pool.dataPercent < rule.dataPercent) assert.equal(grown.dataBytes, pool.dataBytes);
        if (pool.metadataPercent < rule.metadataPercent) assert.equal(grown.metadataBytes, pool.metadataBytes);
        if (grown.dataBytes > pool.dataBytes) assert.ok(grown.dataBytes <= (rule.limitBytes ?? grown.dataBytes));
        assert.ok(grown.metadataBytes <= 16_192n * MiB);
      }),
    );
  });

  it("grows by at least an extent where one is free and its limit allows it", () => {
    fc.assert(
      fc.property(rule, level, (rule, pool) => {
        const full = { ...pool, dataPercent: 100, metadataPercent: 0 };
        const grown = growthOf({ ...rule, limitBytes: undefined }, full, { freeBytes: extentBytes, extentBytes });
        assert.equal(grown?.dataBytes, pool.dataBytes + extentBytes);
      }),
    );
  });

  it("grows by a share of itself or by a size", () => {
    const pool = { dataBytes: 100n * GiB, metadataBytes: 40n * MiB, dataPercent: 75, metadataPercent: 10 };
    const room = { freeBytes: 50n * GiB, extentBytes };
    const rule = { dataPercent: 70, metadataPercent: 70, by: { percent: 20 }, limitBytes: undefined };
    assert.equal(growthOf(rule, pool, room)?.dataBytes, 120n * GiB);
    assert.equal(growthOf({ ...rule, by: { bytes: 5n * GiB } }, pool, room)?.dataBytes, 105n * GiB);
    assert.equal(growthOf({ ...rule, limitBytes: 110n * GiB }, pool, room)?.dataBytes, 110n * GiB);
    assert.equal(growthOf(rule, { ...pool, dataPercent: 69.9 }, room), undefined);
  });

  it("lets metadata grow before data", () => {
    const pool = { dataBytes: GiB, metadataBytes: 40n * MiB, dataPercent: 90, metadataPercent: 90 };
    const rule = { dataPercent: 70, metadataPercent: 70, by: { percent: 20 }, limitBytes: undefined };
    const grown = growthOf(rule, pool, { freeBytes: 16n * MiB, extentBytes });
    assert.deepEqual(grown, { dataBytes: GiB, metadataBytes: 48n * MiB });
  });

  it("promises nothing more from its limit of real use on, and says so", () => {
    assert.equal(fullness(thinPool({ maxDataPercent: 90 }), 89.99), undefined);
    assert.match(fullness(thinPool({ maxDataPercent: 90 }), 90) ?? "", /pool is 90.00 % full, from 90 % on/);
    assert.equal(fullness(thinPool(), 100), undefined);
  });
});
