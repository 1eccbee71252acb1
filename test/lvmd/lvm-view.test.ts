import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseAttributes } from "../../src/lvmd/lvm/attr.ts";
import type { Sight } from "../../src/lvmd/lvm/health.ts";
import { parseDocument } from "../../src/lvmd/lvm/report/document.ts";
import { parseGroupReport } from "../../src/lvmd/lvm/report/parse.ts";
import { hangingOn, roomBytes, sourceOf, stateOf, volumeIn, volumeOf, volumesIn } from "../../src/lvmd/lvm/view.ts";
import { deviceClass, thinClass, thinPool } from "./samples.ts";

const MiB = 1n << 20n;
const recorded = readFileSync(join(import.meta.dirname, "recorded/fullreport.txt"), "utf8");
const group = parseGroupReport(parseDocument(recorded), "vg");
const seen: Sight = { group, problem: undefined, poolProblems: new Map() };
const names = (volumes: readonly { name: string }[]) => volumes.map((volume) => volume.name).sort();

test("a thick class has the thick volumes of its group, snapshots too, but no pools", () => {
  assert.deepEqual(names(volumesIn(group, deviceClass())), ["asleep", "cow", "plain"]);
});

test("a thin class has the volumes of its pool", () => {
  assert.deepEqual(names(volumesIn(group, thinClass(2))), ["copy", "thin"]);
});

test("free room is what may be allocated, spare room taken off, and never below nothing", () => {
  const free = 428n * 4n * MiB;
  assert.equal(stateOf(seen, deviceClass()).freeBytes, free);
  assert.equal(stateOf(seen, deviceClass({ spareBytes: 100n * MiB })).freeBytes, free - 100n * MiB);
  assert.equal(stateOf(seen, deviceClass({ spareBytes: 1n << 40n })).freeBytes, 0n);
});

test("a mirrored class has no room on one disk", () => {
  assert.equal(stateOf(seen, deviceClass({ lvcreateOptions: ["--type", "raid1"] })).freeBytes, 0n);
});

test("a pool promises its size times the ratio, less what is promised", () => {
  assert.equal(roomBytes(group, thinClass(20)), 4000n * MiB - 2048n * MiB);
  assert.equal(roomBytes(group, thinClass(1)), 0n);
});

test("a pool above its limit of real use promises nothing", () => {
  const full = { ...group, volumes: group.volumes.map((v) => (v.name === "pool" ? { ...v, dataPercent: 81 } : v)) };
  const limited = thinClass(20, { thinPool: thinPool({ overprovisionRatio: 20, maxDataPercent: 80 }) });
  assert.equal(roomBytes(full, limited), 0n);
  assert.notEqual(roomBytes(group, limited), 0n);
});

test("a group that is not there has no room", () => {
  assert.equal(stateOf({ ...seen, group: undefined }, deviceClass()).freeBytes, 0n);
});

test("our own marks are not told, and an inactive volume has no device", () => {
  const thin = volumeIn(group, thinClass(2), "thin");
  assert.deepEqual(thin && volumeOf(thinClass(2), thin).tags, ["b"]);
  const asleep = volumeIn(group, deviceClass(), "asleep");
  assert.equal(asleep && volumeOf(deviceClass(), asleep).devMajor, 0);
});

test("the mark tells what a thin snapshot was made of when LVM has forgotten it", () => {
  const copy = volumeIn(group, thinClass(2), "copy");
  assert.equal(copy && sourceOf({ ...copy, origin: "" }), "thin");
});

test("thick snapshots hang on their source, thin ones do not", () => {
  const plain = volumeIn(group, deviceClass(), "plain");
  const thin = volumeIn(group, thinClass(2), "thin");
  assert.deepEqual(plain && names(hangingOn(group, plain)), ["cow"]);
  assert.deepEqual(thin && names(hangingOn(group, thin)), []);
});

test("how far a RAID is in sync is told until its disks are the same", () => {
  const plain = volumeIn(group, deviceClass(), "plain") ?? assert.fail();
  const raid = { ...plain, attributes: parseAttributes("rwi-a-r---") };
  assert.equal(volumeOf(deviceClass(), { ...raid, syncPercent: 41.5 }).syncPercent, 41.5);
  assert.equal("syncPercent" in volumeOf(deviceClass(), { ...raid, syncPercent: 100 }), false);
  assert.equal("syncPercent" in volumeOf(deviceClass(), plain), false);
});
