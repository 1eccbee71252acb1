import assert from "node:assert/strict";
import { test } from "node:test";
import { type Line, svgOf, ticksAround } from "./plot.ts";

const svg = (...lines: Line[]) => svgOf({ title: "Time", xLabel: "nodes", yLabel: "ms", lines });
const rising: Line = { name: "rising", points: [500, 1000, 2000].map((nodes) => [nodes, nodes / 500] as const) };

/** Points of the first line. */
function drawn(picture: string): { x: number; y: number }[] {
  const path = /class="line l0[^"]*" d="([^"]+)"/.exec(picture)?.[1] ?? "";
  return [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

test("a line goes through each of its points, further right and further up for more", () => {
  const [first, second, third] = drawn(svg(rising));
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.ok(first.x < second.x && second.x < third.x);
  assert.ok(first.y > second.y && second.y > third.y);
});

test("equal growth is an equal distance on both axes", () => {
  const [first, second, third] = drawn(svg(rising));
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.ok(Math.abs(second.x - first.x - (third.x - second.x)) < 0.2);
  assert.ok(Math.abs(first.y - second.y - (second.y - third.y)) < 0.2);
});

test("the axes are marked with the values of x and with round values of y", () => {
  const picture = svg(rising);
  for (const mark of ["500", "1,000", "2,000", "1", "2", "5"]) assert.ok(picture.includes(`>${mark}</text>`), mark);
});

test("marks begin at or below the least value and end at or above the most", () => {
  assert.deepEqual(ticksAround(0.3, 12), [0.2, 0.5, 1, 2, 5, 10, 20]);
  assert.deepEqual(ticksAround(1, 5), [1, 2, 5]);
});

test("names are text, whatever they contain", () => {
  assert.ok(svg({ ...rising, name: "a < b & c" }).includes(">a &lt; b &amp; c</text>"));
});

test("it can be read on a light and on a dark ground", () => {
  const [light = "", dark = ""] = svg(rising).split("@media (prefers-color-scheme: dark)");
  const ground = (part: string) => /\.ground \{ fill: (#\w+)/.exec(part)?.[1];
  assert.notEqual(ground(light), undefined);
  assert.notEqual(ground(dark), undefined);
  assert.notEqual(ground(light), ground(dark));
});

test("a yardstick is drawn with dashes", () => {
  assert.match(svg({ ...rising, isYardstick: true }), /class="line l0 dashed"/);
  assert.doesNotMatch(svg(rising), /class="line l0 dashed"/);
});
