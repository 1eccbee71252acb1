import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { nothingReserved } from "../../src/capacity/fit.ts";
import { currentNames } from "../../src/capacity/names.ts";
import type { Scoring, Strategy } from "../../src/capacity/score.ts";
import { defaultScoring, scoreAll } from "../../src/capacity/score.ts";
import { supplyFromAnnotations, supplyOf } from "../../src/capacity/supply.ts";
import { fieldWith, type Room } from "./support.ts";

const gi = 1n << 30n;
const map = (record: Record<string, bigint>) => new Map(Object.entries(record));
const node = (free: Record<string, bigint>, size: Record<string, bigint> = {}): Room => ({
  supply: supplyOf(map(free), map(size)),
  reserved: nothingReserved,
});
const using = (strategy: Strategy): Scoring => ({ ...defaultScoring, defaultStrategy: strategy });
const scores = (demand: Record<string, bigint>, nodes: Room[], scoring = defaultScoring) =>
  scoreAll(map(demand), Object.keys(demand), fieldWith(nodes), scoring);

describe("the log2 score", () => {
  test("equals TopoLVM's formula", () => {
    const property = fc.property(
      fc.bigInt(0n, 2n ** 60n),
      fc.double({ min: 0.001, max: 1000, noNaN: true }),
      (free, divisor) => {
        const whole = Number(free >> 30n);
        const formula =
          free === 0n ? 0 : whole === 0 ? 1 : Math.max(1, Math.min(10, Math.trunc(Math.log2(whole / divisor))));
        assert.deepEqual(scores({ ssd: 1n }, [node({ ssd: free })], { ...defaultScoring, defaultDivisor: divisor }), [
          formula,
        ]);
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  test("is 0 for no room, 1 below 1 GiB, and one more for each doubling up to 10", () => {
    const free = [0n, 1n, gi - 1n, gi, 4n * gi, 8n * gi, 512n * gi, 1024n * gi, 4096n * gi];
    assert.deepEqual(
      scores(
        { ssd: 1n },
        free.map((bytes) => node({ ssd: bytes })),
      ),
      [0, 1, 1, 1, 2, 3, 9, 10, 10],
    );
  });

  test("divides by the class's own divisor", () => {
    const scoring = { ...defaultScoring, divisors: new Map([["hdd", 4]]) };
    assert.deepEqual(scores({ ssd: 1n }, [node({ ssd: 64n * gi })], scoring), [6]);
    assert.deepEqual(scores({ hdd: 1n }, [node({ hdd: 64n * gi })], scoring), [4]);
  });
});

describe("the score of several classes", () => {
  test("is the least", () =>
    assert.deepEqual(scores({ ssd: 1n, hdd: 1n }, [node({ ssd: 4n * gi, hdd: 64n * gi })]), [2]));

  test("leaves out a class that the node does not offer", () => {
    assert.deepEqual(scores({ ssd: 1n, hdd: 1n }, [node({ hdd: 64n * gi })]), [6]);
  });

  test("is 0 where the node offers none of them", () =>
    assert.deepEqual(scores({ ssd: 1n }, [node({ hdd: gi })]), [0]));

  test("is 0 for an annotation that is no number", () => {
    const supply = supplyFromAnnotations(
      { "capacity.topolvm.io/ssd": "lots", "capacity.topolvm.io/hdd": "99999999999" },
      currentNames,
    );
    assert.deepEqual(scores({ ssd: 1n, hdd: 1n }, [{ supply, reserved: nothingReserved }]), [0]);
  });

  test("counts a class that was annotated with no number", () => {
    assert.deepEqual(scoreAll(map({}), ["ssd"], fieldWith([node({ ssd: 64n * gi })]), defaultScoring), [6]);
  });
});

test("room that is reserved does not count", () => {
  const candidate = { supply: supplyOf(map({ ssd: 64n * gi })), reserved: map({ ssd: 60n * gi }) };
  assert.deepEqual(scoreAll(map({ ssd: 1n }), ["ssd"], fieldWith([candidate]), defaultScoring), [2]);
});

describe("further strategies", () => {
  const nodes = [node({ ssd: 100n * gi }), node({ ssd: 50n * gi }), node({ ssd: 10n * gi })];

  test("most-free ranks by the share of the most free node", () => {
    assert.deepEqual(scores({ ssd: gi }, nodes, using("most-free")), [10, 5, 1]);
  });

  test("best-fit ranks the node first that is left with least", () => {
    assert.deepEqual(scores({ ssd: 10n * gi }, nodes, using("best-fit")), [2, 7, 10]);
  });

  test("spread ranks the node first that stays the emptiest for its size", () => {
    const sized = [node({ ssd: 50n * gi }, { ssd: 100n * gi }), node({ ssd: 20n * gi }, { ssd: 20n * gi })];
    assert.deepEqual(scores({ ssd: 2n * gi }, sized, using("spread")), [4, 9]);
  });

  test("can be chosen by class", () => {
    const scoring = { ...defaultScoring, strategies: new Map<string, Strategy>([["ssd", "best-fit"]]) };
    assert.deepEqual(scores({ ssd: 10n * gi }, nodes, scoring), [2, 7, 10]);
  });

  test("stay within 0 and 10, and more free room never makes a worse rank where room is what counts", () => {
    const bytes = fc.bigInt(1n, 2n ** 50n);
    const property = fc.property(bytes, bytes, bytes, (asked, one, more) => {
      for (const strategy of ["log2", "most-free", "spread", "best-fit"] as const) {
        const [less = 0, greater = 0] = scores(
          { ssd: asked },
          [node({ ssd: one }), node({ ssd: one + more })],
          using(strategy),
        );
        assert.ok(less >= 0 && less <= 10 && greater >= 0 && greater <= 10);
        assert.ok(strategy === "best-fit" ? greater <= less : greater >= less, strategy);
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
});
