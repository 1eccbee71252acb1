import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { keepGroup } from "../../src/lvmd/lvm/keeper.ts";
import { parseDocument } from "../../src/lvmd/lvm/report/document.ts";

const recorded = readFileSync(join(import.meta.dirname, "recorded/fullreport.txt"), "utf8");

/** Reads a report, then another, and answers how often it was told of a difference. */
async function toldOf(first: string, second: string): Promise<number> {
  const texts = [first, second];
  let told = 0;
  const runner = {
    read: async () => ({ status: 0, messages: [], document: parseDocument(texts.shift() ?? "") }),
    change: async () => ({ status: 0, messages: [], document: undefined }),
    close: async () => {},
  };
  const keeper = keepGroup({ name: "vg", runner, readCopy: async () => undefined, onRead: () => (told += 1) });
  await keeper.read();
  await keeper.read();
  return told;
}

test("a group that is as it was is told once", async () => {
  assert.equal(await toldOf(recorded, recorded), 1);
});

test("a device that somebody has opened is no news", async () => {
  const opened = recorded.replace('"lv_attr":"Vri-a-tz--"', '"lv_attr":"Vri-aotz--"');
  assert.notEqual(opened, recorded);
  assert.equal(await toldOf(recorded, opened), 1);
});

test("a volume that is ill, larger or gone is news", async () => {
  const ill = recorded.replace('"lv_attr":"-wi-------"', '"lv_attr":"-wi-----p-"');
  const larger = recorded.replace('"lv_size":"8388608"', '"lv_size":"12582912"');
  for (const other of [ill, larger]) {
    assert.notEqual(other, recorded);
    assert.equal(await toldOf(recorded, other), 2);
  }
});
