import assert from "node:assert/strict";
import test from "node:test";
import { supplyOf } from "../../../src/capacity/supply.ts";
import { paintFor } from "../../../src/cli/table.ts";
import type { Placement } from "../../../src/cli/walkthrough/place.ts";
import { renderNodes, renderPlacements } from "../../../src/cli/walkthrough/render.ts";
import type { NodeFacts } from "../../../src/cluster/view.ts";

const plain = paintFor(false);
const gib = 1n << 30n;

function placement(name: string, more: Partial<Placement> = {}): Placement {
  const none = { demand: new Map(), fits: [], refused: new Map(), warnings: [], problem: undefined };
  return { subject: { namespace: "default", name }, ...none, ...more };
}

function node(name: string, free: [string, bigint][], size: [string, bigint][] = []): NodeFacts {
  return { name, supply: supplyOf(new Map(free), new Map(size)), optionClasses: undefined };
}

test("nodes are shown with their classes and the room of each", () => {
  const nodes = [
    node(
      "a",
      [
        ["ssd", 90n * gib],
        ["00default", 10n * gib],
      ],
      [
        ["ssd", 100n * gib],
        ["00default", 10n * gib],
      ],
    ),
    node("longer", [["hdd", 1536n * gib]]),
    node("bare", []),
  ];
  assert.equal(
    renderNodes(nodes, plain),
    [
      "NODE    CLASS      TOTAL   FREE",
      "a       00default   10Gi   10Gi",
      "        ssd        100Gi   90Gi",
      "longer  hdd            –  1.5Ti",
      "bare    none",
      "",
    ].join("\n"),
  );
});

test("an annotation that is no number is shown as it is", () => {
  const supply = { ...supplyOf(new Map()), bad: new Map([["ssd", "lots"]]) };
  assert.match(renderNodes([{ ...node("a", []), supply }], plain), /a +ssd +– +unreadable: lots/);
});

test("of thousands of nodes the first ones are shown", () => {
  const nodes = Array.from({ length: 5000 }, (_, at) => node(`n${at}`, []));
  assert.match(renderNodes(nodes, plain), /n19 .*\nand 4980 more nodes\n$/);
});

test("pods are shown with what they ask, where they fit and why not elsewhere", () => {
  const placements = [
    placement("db", {
      demand: new Map([
        ["ssd", 100n * gib],
        ["hdd", gib],
      ]),
      fits: [
        { node: "a", score: 8 },
        { node: "b", score: 7 },
        { node: "c", score: 7 },
      ],
      refused: new Map([["out of room", ["d"]]]),
    }),
    placement("big", {
      subject: { namespace: "shop", name: "big" },
      demand: new Map([["ssd", gib]]),
      refused: new Map([["out of room", ["a", "b", "c", "d", "e", "f"]]]),
      warnings: ["no node has room"],
    }),
    placement("wrong", { problem: "denied: no containers" }),
    placement("web"),
  ];
  assert.equal(
    renderPlacements(placements, 4, plain),
    [
      "POD       ASKS       NODES                  SCORE  REASON",
      "db        100Gi ssd  a                          8",
      "          1Gi hdd    b, c                       7",
      "                     d                         no  out of room",
      "shop/big  1Gi ssd    a, b, c, d and 2 more     no  out of room",
      "                                                   warning: no node has room",
      "wrong                                          no  denied: no containers",
      "",
      "Nothing to place for web: no claims of ours that wait for a volume.",
      "",
    ].join("\n"),
  );
});

test("pods that were not sent are counted", () => {
  const fits = [{ node: "a", score: 1 }];
  assert.match(
    renderPlacements([placement("p", { demand: new Map([["ssd", 1n]]), fits })], 12, plain),
    /\nand 11 more pods\n/,
  );
});

test("a folder of pods without volumes needs no table", () => {
  assert.equal(
    renderPlacements([placement("web")], 1, plain),
    "Nothing to place for web: no claims of ours that wait for a volume.\n",
  );
});
