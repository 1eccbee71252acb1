import assert from "node:assert/strict";
import { test } from "node:test";
import { currentNames, legacyNames } from "../../../src/capacity/names.ts";
import { readNode } from "../../../src/cluster/objects/node.ts";
import { rejects } from "./rejects.ts";

const node = (annotations: unknown) => ({ metadata: { name: "n1", annotations } });

test("a node is its name and what its annotations offer", () => {
  const facts = readNode(node({ "capacity.topolvm.io/ssd": "1024", "capacity.topolvm.io/hdd": "much" }), currentNames);
  assert.equal(facts.name, "n1");
  assert.deepEqual([...facts.supply.freeBytes], [["ssd", 1024n]]);
  assert.deepEqual([...facts.supply.bad], [["hdd", "much"]]);
});

test("names of old times are read where they are asked for", () => {
  const annotations = { "capacity.topolvm.cybozu.com/ssd": "7" };
  assert.equal(readNode(node(annotations), legacyNames).supply.freeBytes.get("ssd"), 7n);
  assert.equal(readNode(node(annotations), currentNames).supply.freeBytes.size, 0);
});

test("option classes are a comma-separated list, and unknown where the node does not tell", () => {
  const told = readNode(node({ "topolvm.io/lvcreate-option-classes": "raid1, striped,," }), currentNames);
  assert.deepEqual([...(told.optionClasses ?? [])], ["raid1", "striped"]);
  assert.equal(readNode(node({}), currentNames).optionClasses, undefined);
});

test("a node that has given up its room is told from one that has none", () => {
  const given = readNode(node({ "topolvm.io/capacity-unavailable-since": "2026-01-01T00:00:00Z" }), currentNames);
  assert.equal(given.isUnavailable, true);
  assert.equal("isUnavailable" in readNode(node({}), currentNames), false);
});

test("a node with an annotation of no bytes offers nothing", () => {
  assert.deepEqual([...readNode(node({ "capacity.topolvm.io/ssd": null }), currentNames).supply.bad], [["ssd", ""]]);
});

test("wrong types name their field", () => {
  assert.throws(() => readNode({ metadata: 5 }, currentNames), rejects(/^metadata is an object, not a number$/));
  assert.throws(
    () => readNode({ metadata: { name: {} } }, currentNames),
    rejects(/^metadata\.name is a string, not an object$/),
  );
  assert.throws(() => readNode(null, currentNames), rejects(/^metadata\.name is missing$/));
  assert.throws(
    () => readNode(node({ a: ["x"] }), currentNames),
    rejects(/^metadata\.annotations\["a"\] is a string, not a list$/),
  );
});
