import assert from "node:assert/strict";
import { test } from "node:test";
import { currentNames } from "../../../src/capacity/names.ts";
import { createSupplyReader } from "../../../src/extender/decide/annotated-supply.ts";

const read = createSupplyReader(currentNames);

test("annotations are read as the free bytes of each class", () => {
  const { freeBytes, bad } = read('{"capacity.topolvm.io/ssd":"5","capacity.topolvm.io/hdd":"lots"}');
  assert.deepEqual([...freeBytes], [["ssd", 5n]]);
  assert.deepEqual([...bad], [["hdd", "lots"]]);
});

test("the same annotations are read once", () => {
  const text = '{"capacity.topolvm.io/ssd":"7"}';
  assert.equal(read(text), read(text));
});

test("a changed annotation counts at once", () => {
  read('{"capacity.topolvm.io/ssd":"7"}');
  assert.deepEqual([...read('{"capacity.topolvm.io/ssd":"6"}').freeBytes], [["ssd", 6n]]);
});

test("a node without annotations of ours offers nothing", () => assert.equal(read("").freeBytes.size, 0));
