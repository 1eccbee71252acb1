import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { describeMetrics } from "../../scripts/metrics/catalogue.ts";

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly templating: { readonly list: readonly { readonly name: string }[] };
  readonly panels: readonly Panel[];
}

const folder = fileURLToPath(new URL("../../deploy/monitoring/dashboards", import.meta.url));
const files = readdirSync(folder);
const known = new Set(describeMetrics().map(({ name }) => name));

function read(file: string): Dashboard {
  return JSON.parse(readFileSync(join(folder, file), "utf8")) as Dashboard;
}

/** A query as Grafana sends it, with its variables filled in. */
function filled(expr: string): string {
  return expr.replaceAll("$__rate_interval", "2m").replaceAll(/\$(node|device_class)/g, ".*");
}

test("there is a dashboard of the cluster, of a node and of a class, each with an id of its own", () => {
  assert.deepEqual(files.toSorted(), ["class.json", "cluster.json", "node.json"]);
  assert.equal(new Set(files.map((file) => read(file).uid)).size, files.length);
});

for (const file of files) {
  const { panels, templating } = read(file);
  const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

  test(`${file}: Prometheus understands every query`, async (t) => {
    const scratch = await mkdtemp(join(tmpdir(), "nativestor-dashboards-"));
    t.after(() => rm(scratch, { recursive: true }));
    // a recording rule may be any query
    const rules = queries.map((expr, at) => ({ record: `query_${at}`, expr: filled(expr) }));
    await writeFile(join(scratch, "rules.yaml"), stringify({ groups: [{ name: "queries", rules }] }));
    await promisify(execFile)("promtool", ["check", "rules", "--lint=none", join(scratch, "rules.yaml")]);
  });

  test(`${file}: every metric that is looked at is one that we tell`, () => {
    const used = queries.flatMap((expr) => expr.match(/\b(?:nativestor|topolvm)_[a-z_]+/g) ?? []);
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
