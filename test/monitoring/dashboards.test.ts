import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { stringify } from "yaml";
import * as z from "zod";
import { describeMetrics } from "../../scripts/metrics/catalogue.ts";
import { dashboardSchema } from "./dashboard-schema.ts";
import { dashboards, filled, metricsIn, queriesOf } from "./queries.ts";

const known = new Set(describeMetrics().map(({ name }) => name));

test("there is a dashboard of the cluster, of a node and of a class, each with an id of its own", () => {
  assert.deepEqual([...dashboards.keys()].toSorted(), ["class.json", "cluster.json", "node.json"]);
  assert.equal(new Set([...dashboards.values()].map(({ uid }) => uid)).size, dashboards.size);
});

for (const [file, dashboard] of dashboards) {
  const { panels, templating } = dashboard;
  const queries = queriesOf(dashboard);

  test(`${file}: it is of the shape that Grafana imports`, () => {
    const { success, error } = dashboardSchema.safeParse(dashboard);
    assert.ok(success, error && z.prettifyError(error));
    for (const { title, targets } of panels)
      assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
  });

  test(`${file}: Prometheus understands every query`, async (t) => {
    const scratch = await mkdtemp(join(tmpdir(), "nativestor-dashboards-"));
    t.after(() => rm(scratch, { recursive: true }));
    // a recording rule may be any query
    const rules = queries.map((expr, at) => ({ record: `query_${at}`, expr: filled(expr) }));
    await writeFile(join(scratch, "rules.yaml"), stringify({ groups: [{ name: "queries", rules }] }));
    await promisify(execFile)("promtool", ["check", "rules", "--lint=none", join(scratch, "rules.yaml")]);
  });

  test(`${file}: every metric that is looked at is one that we tell`, () => {
    const used = queries.flatMap(metricsIn);
    const unknown = used.filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|count|sum)$/, "")));
    assert.deepEqual(unknown, []);
  });

  test(`${file}: every variable in a query is declared`, () => {
    const declared = new Set(templating.list.map(({ name }) => name));
    const used = queries.flatMap((expr) => [...expr.matchAll(/\$([a-z]\w*)/g)].map(([, name = ""]) => name));
    assert.deepEqual(
      used.filter((name) => !declared.has(name)),
      [],
    );
  });

  test(`${file}: no panel lies on another one`, () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    assert.equal(new Set(cells).size, cells.length);
    assert.ok(panels.every(({ gridPos: { x, w } }) => x + w <= 24));
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  });
}
