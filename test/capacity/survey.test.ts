import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { fits } from "../../src/capacity/fit.ts";
import { supplyOf } from "../../src/capacity/supply.ts";
import { type Survey, surveyOf } from "../../src/capacity/survey.ts";
import { type Room, fieldWith } from "./support.ts";

const gi = 1n << 30n;
const map = (record: Record<string, bigint>) => new Map(Object.entries(record));
const room = (free: Record<string, bigint>, reserved: Record<string, bigint> = {}): Room => ({
  supply: supplyOf(map(free)),
  reserved: map(reserved),
});

const survey = (demand: Record<string, bigint>, ...rooms: Room[]): Survey => surveyOf(map(demand), fieldWith(rooms));

describe("a survey", () => {
  test("finds of every node what a look at it alone finds, whatever the size of the figures", () => {
    const bytes = fc.oneof(
      fc.bigInt(0n, 20n),
      fc.bigInt(2n ** 53n - 3n, 2n ** 53n + 3n),
      fc.bigInt(0n, 2n ** 64n - 1n),
    );
    const rooms = fc.dictionary(fc.constantFrom("ssd", "hdd", "nvme"), bytes);
    const property = fc.property(rooms, fc.array(fc.tuple(rooms, rooms, rooms), { maxLength: 8 }), (demand, nodes) => {
      const seen = nodes.map(([free, reserved, bad]) => {
        const texts = new Map(Object.entries(bad).map(([deviceClass, value]) => [deviceClass, `x${value}`]));
        return { supply: { freeBytes: map(free), sizeBytes: map({}), bad: texts }, reserved: map(reserved) };
      });
      const { misfits, fitting } = survey(demand, ...seen);
      const alone = seen.map(({ supply, reserved }) => fits(map(demand), supply, reserved));
      assert.deepEqual(misfits, alone);
      assert.deepEqual(
        fitting,
        [...alone.keys()].filter((at) => alone[at] === undefined),
      );
    });
    fc.assert(property, { numRuns: 1000 });
  });

  test("tells what was asked, the most that is free on a node, and what of it is reserved", () => {
    const { textOf } = survey({ ssd: 100n * gi }, room({ ssd: 42n * gi }, { ssd: 12n * gi }), room({ ssd: 10n * gi }));
    assert.equal(
      textOf({ kind: "no-room", deviceClass: "ssd" }),
      "out of VG free space (ssd: asked 100Gi, at most 42Gi free on one node, 12Gi of it reserved)",
    );
  });

  test("words one text for all nodes, with every class that some node is short of", () => {
    const { textOf } = survey(
      { ssd: 5n * gi, hdd: 5n * gi, nvme: gi },
      room({ ssd: 9n * gi, hdd: gi, nvme: gi }),
      room({ ssd: gi, hdd: 9n * gi, nvme: gi }),
    );
    const text =
      "out of VG free space (ssd: asked 5Gi, at most 9Gi free on one node; hdd: asked 5Gi, at most 9Gi free on one node)";
    assert.equal(textOf({ kind: "no-room", deviceClass: "ssd" }), text);
    assert.equal(textOf({ kind: "no-room", deviceClass: "hdd" }), text);
  });

  test("begins its texts as TopoLVM does", () => {
    const { textOf } = survey({ ssd: 1n }, room({}));
    assert.match(textOf({ kind: "no-annotation", deviceClass: "ssd" }), /^no capacity annotation/);
    assert.equal(
      textOf({ kind: "bad-annotation", deviceClass: "ssd", value: "lots" }),
      "bad capacity annotation: lots",
    );
  });

  test("cuts an annotation that is too long to print", () => {
    const text = survey({}).textOf({
      kind: "bad-annotation",
      deviceClass: "ssd",
      value: "x".repeat(10_000),
    });
    assert.ok(text.length < 100);
  });
});
