import assert from "node:assert/strict";
import test from "node:test";
import { paintFor, renderTable } from "../../src/cli/table.ts";

const columns = [{ title: "NODE" }, { title: "FREE", align: "right" }, { title: "NOTE" }] as const;

test("columns stand under their titles", () => {
  const rows = [
    ["a", "1Gi", ""],
    ["long-name", "100Gi", "full"],
  ];
  assert.equal(
    renderTable(columns, rows, paintFor(false)),
    "NODE        FREE  NOTE\na            1Gi\nlong-name  100Gi  full\n",
  );
});

test("colours take no room", () => {
  const paint = paintFor(true);
  const [, painted] = renderTable(columns, [[paint.good("a"), "1", "x"]], paint).split("\n");
  assert.equal(painted, "\u001b[32ma\u001b[0m        1  x");
});
