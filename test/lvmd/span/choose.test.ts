import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { orderGroups } from "../../../src/lvmd/span/choose.ts";

const rooms = fc
  .uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.record({ volumeGroup: fc.constant(name), freeBytes: fc.bigInt({ min: 0n, max: 20n }) }),
      ),
    ),
  );
const size = fc.bigInt({ min: 1n, max: 20n });
const placement = fc.constantFrom("best", "spread");

describe("the order in which a volume tries its class's groups", () => {
  it("has every group once", () => {
    fc.assert(
      fc.property(rooms, size, placement, (rooms, sizeBytes, placement) => {
        const order = orderGroups(rooms, sizeBytes, placement);
        assert.deepEqual(order.toSorted(), rooms.map(({ volumeGroup }) => volumeGroup).toSorted());
      }),
    );
  });

  it("begins with the least room that is enough, or with the most", () => {
    fc.assert(
      fc.property(rooms, size, placement, (rooms, sizeBytes, placement) => {
        const [first] = orderGroups(rooms, sizeBytes, placement);
        const chosen = rooms.find(({ volumeGroup }) => volumeGroup === first)?.freeBytes ?? assert.fail();
        const enough = rooms.map(({ freeBytes }) => freeBytes).filter((freeBytes) => freeBytes >= sizeBytes);
        const sorted = (enough.length > 0 ? enough : rooms.map(({ freeBytes }) => freeBytes)).sort((a, b) =>
          Number(a - b),
        );
        assert.equal(chosen, enough.length > 0 && placement === "best" ? sorted[0] : sorted.at(-1));
      }),
    );
  });

  it("does not depend on the order of the configuration", () => {
    fc.assert(
      fc.property(rooms, size, placement, (rooms, sizeBytes, placement) => {
        assert.deepEqual(
          orderGroups(rooms.toReversed(), sizeBytes, placement).slice(0, 1),
          orderGroups(rooms, sizeBytes, placement).slice(0, 1),
        );
      }),
    );
  });
});
