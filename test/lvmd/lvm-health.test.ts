import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { NativestorError } from "../../src/base/errors.ts";
import { parseAttributes } from "../../src/lvmd/lvm/attr.ts";
import { classHealth, volumeHealth } from "../../src/lvmd/lvm/health.ts";
import { parseDocument } from "../../src/lvmd/lvm/report/document.ts";
import type { GroupReport, VolumeReport } from "../../src/lvmd/lvm/report/group.ts";
import { parseGroupReport } from "../../src/lvmd/lvm/report/parse.ts";
import { largerStore } from "../../src/lvmd/lvm/upkeep/stores.ts";
import { deviceClass, thinClass } from "./samples.ts";

const MiB = 1n << 20n;
const recorded = readFileSync(join(import.meta.dirname, "recorded/fullreport.txt"), "utf8");
const group = parseGroupReport(parseDocument(recorded), "vg");
const thin = thinClass(2);
const noProblems = new Map<string, string>();
const healthOf = (changes: Partial<GroupReport>, of = thin, poolProblems: ReadonlyMap<string, string> = noProblems) =>
  classHealth({ group: { ...group, ...changes }, problem: undefined, poolProblems }, of);
const withPool = (changes: Partial<VolumeReport>) => ({
  volumes: group.volumes.map((volume) => (volume.name === "pool" ? { ...volume, ...changes } : volume)),
});
const cow = group.volumes.find(({ name }) => name === "cow") ?? assert.fail("no snapshot was recorded");

test("a group, a pool and volumes that are well are told as such", () => {
  assert.equal(healthOf({}), undefined);
  assert.equal(healthOf({}, deviceClass()), undefined);
  assert.equal(volumeHealth(cow), undefined);
});

test("a group that cannot be read is told with its reason", () => {
  const problem = new NativestorError("failed-precondition", "there is no volume group vg on this host");
  const sight = { group: undefined, problem, poolProblems: noProblems };
  assert.equal(classHealth(sight, deviceClass()), problem.message);
});

for (const [title, changes, words] of [
  ["missing disks", { missingDisks: 2 }, /misses 2 disks/],
  ["a group that may not be changed", { writeable: false }, /read-only/],
  ["a pool that is not there", { volumes: [] }, /thin pool vg\/pool is missing/],
  ["a pool without data blocks", withPool({ attributes: parseAttributes("twi-aotzD-") }), /free data blocks/],
  ["a pool without metadata", withPool({ attributes: parseAttributes("twi-aotzM-") }), /metadata is read-only/],
  ["a pool that failed", withPool({ attributes: parseAttributes("twi-aotzF-") }), /has failed/],
  ["a pool that is full", withPool({ dataPercent: 100 }), /is full/],
] as const)
  test(`${title} make a class ill`, () => assert.match(healthOf(changes) ?? "", words));

test("what could not be done for a pool is told by its class only", () => {
  const problems = new Map([["pool", "it cannot grow"]]);
  assert.equal(healthOf({}, thin, problems), "it cannot grow");
  assert.equal(healthOf({}, deviceClass(), problems), undefined);
});

test("a snapshot whose room for changes is nearly full is ill while it can be helped", () => {
  assert.equal(volumeHealth({ ...cow, dataPercent: 79.99 }), undefined);
  assert.match(volumeHealth({ ...cow, dataPercent: 80 }) ?? "", /80\.00 % full/);
  const invalid = { ...cow, attributes: parseAttributes("swi-I-s---") };
  assert.match(volumeHealth(invalid) ?? "", /invalid snapshot/);
});

test("a snapshot's room grows from its level on, by its step, no further than it can use or is free", () => {
  const rule = { percent: 70, by: { percent: 50 } };
  const snapshot = { ...cow, lvSizeBytes: 8n * MiB, originSizeBytes: 100n * MiB, dataPercent: 70 };
  const room = { extentBytes: 4n * MiB, freeBytes: 400n * MiB };
  assert.equal(largerStore(room, snapshot, rule, 0n), 12n * MiB);
  assert.equal(largerStore(room, { ...snapshot, dataPercent: 69 }, rule, 0n), undefined);
  assert.equal(largerStore(room, snapshot, { ...rule, by: { bytes: 1n << 40n } }, 0n), 104n * MiB);
  assert.equal(largerStore(room, snapshot, { ...rule, by: { bytes: 1n << 40n } }, 380n * MiB), 28n * MiB);
  assert.equal(largerStore(room, snapshot, rule, 400n * MiB), undefined);
});
