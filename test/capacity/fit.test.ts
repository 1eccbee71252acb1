import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Candidate, fits, nothingReserved, Survey } from "../../src/capacity/fit.ts";
import { currentNames } from "../../src/capacity/names.ts";
import { supplyFromAnnotations, supplyOf } from "../../src/capacity/supply.ts";

const gi = 1n << 30n;
const map = (record: Record<string, bigint>) => new Map(Object.entries(record));
const candidate = (free: Record<string, bigint>, reserved: Record<string, bigint> = {}) => ({
  supply: supplyOf(map(free)),
  reserved: map(reserved),
});

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

/** A survey that has seen these nodes. */
function surveyOf(demand: Record<string, bigint>, ...candidates: Candidate[]): Survey {
  const survey = new Survey(map(demand));
  for (const one of candidates) survey.check(one);
  return survey;
}

describe("a survey", () => {
  test("finds of every node what a look at it alone finds", () => {
    const room = fc.dictionary(fc.constantFrom("ssd", "hdd", "nvme"), fc.bigInt(0n, 20n));
    const property = fc.property(room, fc.array(fc.tuple(room, room, room), { maxLength: 8 }), (demand, nodes) => {
      const survey = new Survey(map(demand));
      for (const [free, reserved, bad] of nodes) {
        const texts = new Map(Object.entries(bad).map(([deviceClass, value]) => [deviceClass, `x${value}`]));
        const supply = { freeBytes: map(free), sizeBytes: map({}), bad: texts };
        assert.deepEqual(survey.check({ supply, reserved: map(reserved) }), fits(map(demand), supply, map(reserved)));
      }
    });
    fc.assert(property, { numRuns: 500 });
  });

  test("tells what was asked, the most that is free on a node, and what of it is reserved", () => {
    const survey = surveyOf(
      { ssd: 100n * gi },
      candidate({ ssd: 42n * gi }, { ssd: 12n * gi }),
      candidate({ ssd: 10n * gi }),
    );
    assert.equal(
      survey.textOf({ kind: "no-room", deviceClass: "ssd" }),
      "out of VG free space (ssd: asked 100Gi, at most 42Gi free on one node, 12Gi of it reserved)",
    );
  });

  test("words one text for all nodes, with every class that some node is short of", () => {
    const survey = surveyOf(
      { ssd: 5n * gi, hdd: 5n * gi, nvme: gi },
      candidate({ ssd: 9n * gi, hdd: gi, nvme: gi }),
      candidate({ ssd: gi, hdd: 9n * gi, nvme: gi }),
    );
    const text =
      "out of VG free space (ssd: asked 5Gi, at most 9Gi free on one node; hdd: asked 5Gi, at most 9Gi free on one node)";
    assert.equal(survey.textOf({ kind: "no-room", deviceClass: "ssd" }), text);
    assert.equal(survey.textOf({ kind: "no-room", deviceClass: "hdd" }), text);
  });

  test("begins its texts as TopoLVM does", () => {
    const survey = surveyOf({ ssd: 1n }, { supply: supplyOf(map({})), reserved: nothingReserved });
    assert.match(survey.textOf({ kind: "no-annotation", deviceClass: "ssd" }), /^no capacity annotation/);
    assert.equal(
      survey.textOf({ kind: "bad-annotation", deviceClass: "ssd", value: "lots" }),
      "bad capacity annotation: lots",
    );
  });

  test("cuts an annotation that is too long to print", () => {
    const text = surveyOf({}).textOf({ kind: "bad-annotation", deviceClass: "ssd", value: "x".repeat(10_000) });
    assert.ok(text.length < 100);
  });
});
