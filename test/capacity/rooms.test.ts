import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nodesOf, noSupply, untold } from "../../src/capacity/nodes.ts";
import { createRooms } from "../../src/capacity/rooms.ts";
import { createRoster } from "../../src/capacity/roster.ts";
import { supplyOf } from "../../src/capacity/supply.ts";

const bytes = fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 2n ** 64n - 1n));
const supply = fc
  .dictionary(fc.constantFrom("ssd", "hdd", "nvme"), bytes)
  .map((free) => supplyOf(new Map(Object.entries(free))));
const name = fc.constantFrom("a", "b", "c", "d");

test("rooms tell of every node what was set last, in whatever order and by whatever roster is asked", () => {
  const all = fc.uniqueArray(fc.record({ name, supply }), { selector: (node) => node.name });
  const steps = fc.array(fc.record({ name, supply, isAsked: fc.boolean() }));
  const property = fc.property(all, steps, fc.uniqueArray(name), fc.boolean(), (first, changes, names, isOld) => {
    const rooms = createRooms(first);
    const last = new Map(first.map((node) => [node.name, node.supply]));
    for (const change of changes) {
      assert.equal(rooms.set(change.name, change.supply), last.has(change.name));
      if (last.has(change.name)) last.set(change.name, change.supply);
      if (change.isAsked) rooms.nodes(names).free("ssd");
    }
    const roster = isOld ? createRoster(["x", "d", "a"]) : rooms.roster;
    const nodes = rooms.nodes(names, { roster, rows: names.map((one) => roster.rowOf(one)) });
    const plain = nodesOf(names.map((one) => ({ name: one, supply: last.get(one) ?? noSupply })));
    assert.deepEqual(nodes.names, names);
    for (const deviceClass of ["ssd", "hdd", "nvme"])
      assert.deepEqual(nodes.free(deviceClass), plain.free(deviceClass));
    for (const at of names.keys()) assert.deepEqual(nodes.supply(at), plain.supply(at));
  });
  fc.assert(property, { numRuns: 500 });
});

test("a class that no node has is told by none", () => {
  const rooms = createRooms([{ name: "a", supply: supplyOf(new Map([["ssd", 1n]])) }]);
  assert.deepEqual(rooms.nodes(["a", "b"]).free("hdd"), [untold, untold]);
});
