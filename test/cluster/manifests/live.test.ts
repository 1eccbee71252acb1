import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { ClassState } from "../../../src/lvmd/storage.ts";
import { turnedClock } from "../../support/turned-clock.ts";
import { openFolder } from "./support.ts";

const state = (deviceClass: string, freeBytes: bigint, more: Partial<ClassState> = {}): ClassState => ({
  deviceClass,
  isDefault: false,
  freeBytes,
  sizeBytes: 1000n,
  groupFreeBytes: freeBytes,
  thinPool: undefined,
  ...more,
});

async function open(t: TestContext) {
  const clock = turnedClock();
  const node = {
    kind: "Node",
    metadata: {
      name: "n1",
      annotations: { "capacity.topolvm.io/ssd": "7", "topolvm.io/lvcreate-option-classes": "raid1" },
    },
  };
  const { view, close } = await openFolder({ files: { "a.json": JSON.stringify(node) }, clock });
  t.after(close);
  const free = (name = "n1") => [...(view.node(name)?.supply.freeBytes ?? [])];
  return { view, clock, free, live: view.attachLvmd("n1") };
}

test("an attached lvmd's room counts instead of the annotations", async (t) => {
  const { free, live, view } = await open(t);
  live.update([state("ssd", 500n), state("hdd", 1n)]);
  assert.deepEqual(free(), [
    ["ssd", 500n],
    ["hdd", 1n],
  ]);
  assert.equal(view.node("n1")?.supply.sizeBytes.get("ssd"), 1000n);
  assert.ok(view.node("n1")?.optionClasses?.has("raid1"));
});

test("the default class counts under its own name and as 00default", async (t) => {
  const { free, live } = await open(t);
  live.update([state("ssd", 500n, { isDefault: true })]);
  assert.deepEqual(free(), [
    ["ssd", 500n],
    ["00default", 500n],
  ]);
});

test("a thin class has the size of its pool", async (t) => {
  const { live, view } = await open(t);
  const thinPool = { dataPercent: 1, metadataPercent: 1, overprovisionBytes: 900n, sizeBytes: 300n };
  live.update([state("thin", 900n, { thinPool })]);
  assert.equal(view.node("n1")?.supply.freeBytes.get("thin"), 900n);
  assert.equal(view.node("n1")?.supply.sizeBytes.get("thin"), 300n);
});

test("each change that an lvmd tells is told on", async (t) => {
  const { live, view } = await open(t);
  const told: (bigint | undefined)[] = [];
  view.onNodeChange(({ supply }) => told.push(supply.freeBytes.get("ssd")));
  live.update([state("ssd", 500n)]);
  live.update([state("ssd", 500n)]);
  live.update([state("ssd", 400n)]);
  assert.deepEqual(told, [500n, 400n]);
});

test("a silent lvmd is believed for a minute, and then the node offers nothing", async (t) => {
  const { clock, free, live } = await open(t);
  live.update([state("ssd", 500n)]);
  live.lost();
  clock.turn(59_999);
  live.lost();
  assert.deepEqual(free(), [["ssd", 500n]]);
  clock.turn(1);
  assert.deepEqual(free(), []);
});

test("an lvmd that comes back within the minute is believed on", async (t) => {
  const { clock, free, live } = await open(t);
  live.update([state("ssd", 500n)]);
  live.lost();
  clock.turn(30_000);
  live.update([state("ssd", 400n)]);
  clock.turn(600_000);
  assert.deepEqual(free(), [["ssd", 400n]]);
});

test("an lvmd that was lost twice and came back is believed on", async (t) => {
  const { clock, free, live } = await open(t);
  live.lost();
  live.lost();
  live.update([state("ssd", 400n)]);
  clock.turn(600_000);
  assert.deepEqual(free(), [["ssd", 400n]]);
});

test("an lvmd that never says a word leaves the annotations for a minute", async (t) => {
  const { clock, free } = await open(t);
  assert.deepEqual(free(), [["ssd", 7n]]);
  clock.turn(60_000);
  assert.deepEqual(free(), []);
});

test("without its lvmd the node has its annotations again", async (t) => {
  const { clock, free, live } = await open(t);
  live.update([state("ssd", 500n)]);
  live.detach();
  clock.turn(60_000);
  assert.deepEqual(free(), [["ssd", 7n]]);
});

test("a node that only an lvmd knows is a node", async (t) => {
  const { free, view } = await open(t);
  const other = view.attachLvmd("n2");
  other.update([state("ssd", 5n)]);
  assert.deepEqual(free("n2"), [["ssd", 5n]]);
  other.detach();
  assert.equal(view.node("n2"), undefined);
});
