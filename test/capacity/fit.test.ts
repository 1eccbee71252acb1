import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { fits } from "../../src/capacity/fit.ts";
import { currentNames } from "../../src/capacity/names.ts";
import { supplyFromAnnotations, supplyOf } from "../../src/capacity/supply.ts";

const map = (record: Record<string, bigint>) => new Map(Object.entries(record));

describe("a node's supply", () => {
  test("is read from its capacity annotations", () => {
    const supply = supplyFromAnnotations(
      { "capacity.topolvm.io/ssd": "18446744073709551615", "topolvm.io/x": "1" },
      currentNames,
    );
    assert.deepEqual([...supply.freeBytes], [["ssd", 2n ** 64n - 1n]]);
  });

  test("keeps annotations apart that are no bytes", () => {
    for (const value of ["", "-1", "+1", "1.5", "1Gi", "18446744073709551616", null, 7]) {
      const supply = supplyFromAnnotations({ "capacity.topolvm.io/ssd": value }, currentNames);
      assert.deepEqual([...supply.bad], [["ssd", String(value)]]);
      assert.equal(supply.freeBytes.size, 0);
    }
  });
});

describe("fit", () => {
  test("is given to the last byte", () => {
    assert.equal(fits(map({ ssd: 5n }), supplyOf(map({ ssd: 5n }))), undefined);
    assert.deepEqual(fits(map({ ssd: 6n }), supplyOf(map({ ssd: 5n }))), { kind: "no-room", deviceClass: "ssd" });
  });

  test("needs room in every class", () => {
    assert.deepEqual(fits(map({ ssd: 1n, hdd: 9n }), supplyOf(map({ ssd: 5n, hdd: 5n }))), {
      kind: "no-room",
      deviceClass: "hdd",
    });
  });

  test("leaves room that is reserved alone", () => {
    assert.equal(fits(map({ ssd: 3n }), supplyOf(map({ ssd: 5n })), map({ ssd: 2n })), undefined);
    assert.deepEqual(fits(map({ ssd: 4n }), supplyOf(map({ ssd: 5n })), map({ ssd: 2n })), {
      kind: "no-room",
      deviceClass: "ssd",
    });
  });

  test("names a class that the node does not offer before one that is full", () => {
    assert.deepEqual(fits(map({ ssd: 9n, hdd: 1n }), supplyOf(map({ ssd: 5n }))), {
      kind: "no-annotation",
      deviceClass: "hdd",
    });
  });

  test("names an annotation that is no number", () => {
    const supply = supplyFromAnnotations({ "capacity.topolvm.io/ssd": "lots" }, currentNames);
    assert.deepEqual(fits(map({ ssd: 1n }), supply), { kind: "bad-annotation", deviceClass: "ssd", value: "lots" });
  });

  test("is never lost by more free room, nor won by more demand or more reserved", () => {
    const bytes = fc.bigInt(0n, 2n ** 40n);
    const property = fc.property(bytes, bytes, bytes, bytes, (asked, free, reserved, more) => {
      const ok = (a: bigint, f: bigint, r: bigint) =>
        fits(map({ ssd: a }), supplyOf(map({ ssd: f })), map({ ssd: r })) === undefined;
      assert.equal(ok(asked, free, reserved), free - reserved >= asked);
      if (ok(asked, free, reserved)) assert.ok(ok(asked, free + more, reserved));
      else assert.ok(!ok(asked + more, free, reserved) && !ok(asked, free, reserved + more));
    });
    fc.assert(property);
  });
});
