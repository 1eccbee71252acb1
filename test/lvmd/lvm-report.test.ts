import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseDocument } from "../../src/lvmd/lvm/report/document.ts";
import { deviceBytes } from "../../src/lvmd/lvm/report/group.ts";
import { groupReportArguments, parseGroupReport } from "../../src/lvmd/lvm/report/parse.ts";

const recorded = readFileSync(join(import.meta.dirname, "recorded/fullreport.txt"), "utf8");
const read = (text: string) => parseGroupReport(parseDocument(text), "vg");
const named = (name: string) => read(recorded).volumes.find((volume) => volume.name === name);

test("a recorded report tells the group", () => {
  const group = read(recorded);
  assert.equal(group.name, "vg");
  assert.equal(group.extentBytes, 4n << 20n);
  assert.equal(group.sizeBytes, 1022n * (4n << 20n));
  assert.equal(group.sequence > 5n, true);
  assert.equal(group.missingDisks, 0);
  assert.equal(group.writeable, true);
});

test("free runs of a disk that may not be used are left out", () => {
  const group = read(recorded);
  const closed = group.disks.find((disk) => !disk.allocatable);
  assert.equal(closed?.path, "/dev/ubdc");
  assert.deepEqual(new Set(group.freeRuns.map((run) => run.disk)), new Set(["/dev/ubdb"]));
});

test("a thin volume has its pool, its tags and its device", () => {
  const thin = named("thin");
  assert.equal(thin?.pool, "pool");
  assert.deepEqual(thin?.tags, ["b", "nativestor.op=0123456789abcdef"]);
  assert.equal(thin?.lvSizeBytes, 1n << 30n);
  assert.equal(thin.major, 254);
});

test("a thick snapshot's device is as large as its origin, whatever its store", () => {
  const cow = named("cow");
  assert.equal(cow?.lvSizeBytes, 20n << 20n);
  assert.equal(cow && deviceBytes(cow), 100n << 20n);
});

test("a volume that is not active has no device", () => {
  assert.equal(named("asleep")?.major, -1);
});

test("a pool tells how full it is", () => {
  assert.equal(named("pool")?.dataPercent, 0);
  assert.equal(named("pool")?.metadataBytes, 4n << 20n);
  assert.equal(named("pool")?.syncPercent, undefined);
});

test("warnings before the report are passed over", () => {
  assert.equal(read(`  WARNING: Device for PV xyz not found\n${recorded}`).name, "vg");
});

for (const length of [0, 1, 100, 1000, recorded.length - 5])
  test(`a report cut off after ${length} characters is refused`, () => {
    assert.throws(() => read(recorded.slice(0, length)), { code: "internal" });
  });

for (const garbage of [
  "segmentation fault",
  "<html>",
  "[]",
  "null",
  '{"report": 5}',
  '{"report": [null]}',
  '{"report": []}',
])
  test(`${garbage} is no report`, () => {
    assert.throws(() => read(garbage), { code: "internal" });
  });

test("a column that is no number names itself", () => {
  assert.throws(
    () => read(recorded.replace('"vg_extent_size":"4194304"', '"vg_extent_size":"4m"')),
    /vg_extent_size is "4m"/,
  );
});

test("a column that is missing names itself", () => {
  assert.throws(() => read(recorded.replaceAll('"lv_attr"', '"lv_other"')), /lv\[0\]\.lv_attr is nothing/);
});

test("another group's report is refused", () => {
  assert.throws(() => parseGroupReport(parseDocument(recorded), "other"), /volume group other is not in it/);
});

test("the report asks for one group only", () => {
  assert.equal(groupReportArguments("vg").at(-1), "vg");
});
