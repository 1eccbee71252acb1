import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Registry } from "prom-client";
import { createScans } from "../../../src/cluster/manifests/scans.ts";
import { eventually } from "../../support/eventually.ts";
import { turnedClock } from "../../support/turned-clock.ts";
import { openFolder } from "./support.ts";

test("a look every five seconds keeps the view fresh without a change", async (t) => {
  const clock = turnedClock();
  const { view, close } = await openFolder({ clock });
  t.after(close);
  clock.turn(4_000);
  assert.equal(view.health().ageMs, 4_000);
  clock.turn(1_000);
  await eventually("the look", () => view.health().ageMs === 0);
});

test("a change that nothing announces is found by the next look", async (t) => {
  const clock = turnedClock();
  const { folder, view, close } = await openFolder({ clock });
  t.after(close);
  await writeFile(join(folder, "a.json"), JSON.stringify({ kind: "Node", metadata: { name: "n1" } }));
  clock.turn(5_000);
  await eventually("n1", () => view.node("n1") !== undefined);
});

test("a view whose folder is gone grows old", async (t) => {
  const clock = turnedClock();
  const { folder, view, logged, close } = await openFolder({ clock });
  t.after(close);
  await rm(folder, { recursive: true });
  clock.turn(20_000);
  await eventually("the report", () => logged.some((line) => line.includes("stays in force")));
  assert.equal(view.health().ageMs, 20_000);
});

test("metrics show age and objects", async (t) => {
  const registry = new Registry();
  const clock = turnedClock();
  const files = { "a.json": JSON.stringify({ kind: "Node", metadata: { name: "n1" } }) };
  const { close } = await openFolder({ clock, registry, files });
  t.after(close);
  clock.turn(2_000);
  const text = await registry.metrics();
  assert.match(text, /^nativestor_view_age_seconds 2$/m);
  assert.match(text, /^nativestor_view_objects\{resource="nodes"\} 1$/m);
  assert.match(text, /^nativestor_nodes_with_room 0$/m);
});

test("calls that come while a scan runs share one that begins after it", async () => {
  const finish: (() => void)[] = [];
  const scans = createScans(() => new Promise((resolve) => finish.push(resolve)));
  const first = scans.run();
  const [second, third] = [scans.run(), scans.run()];
  assert.equal(finish.length, 1);
  finish[0]?.();
  await first;
  await eventually("the second scan", () => finish.length === 2);
  finish[1]?.();
  await Promise.all([second, third]);
  await scans.idle();
  assert.equal(finish.length, 2);
});
