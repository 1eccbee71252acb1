import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { describeMetrics, registryOf, roles } from "../../scripts/metrics/catalogue.ts";
import { cases, type AlertCase } from "./cases.ts";
import { faultsOfMetrics } from "./promtool.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary?: string; readonly description?: string };
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = join(root, "deploy/monitoring/rules.yaml");
const { groups } = parse(readFileSync(file, "utf8")) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const run = promisify(execFile);

/** What promtool has against it; undefined where nothing. */
async function promtool(...args: string[]): Promise<string | undefined> {
  try {
    await run("promtool", args);
    return undefined;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}

test("promtool finds nothing wrong with the rules", async () => {
  assert.equal(await promtool("check", "rules", "--lint=all", file), undefined);
});

test("every alert has a runbook, a severity, a summary and a description", () => {
  for (const { alert, labels, annotations } of rules) {
    assert.ok(existsSync(join(root, "docs/runbooks", `${alert}.md`)), `docs/runbooks/${alert}.md`);
    assert.match(labels.severity, /^(warning|critical)$/);
    assert.ok(annotations.summary !== undefined && annotations.description !== undefined, alert);
  }
});

test("every metric that an alert looks at is one that we tell", () => {
  const known = new Set(describeMetrics().map(({ name }) => name));
  const used = rules.flatMap(({ expr }) => expr.match(/\b(?:nativestor|topolvm)_[a-z_]+/g) ?? []);
  const unknown = used.filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|count|sum)$/, "")));
  assert.ok(used.length >= rules.length);
  assert.deepEqual(unknown, []);
});

test("every alert is tried both ways", () => {
  const tried = (fires: boolean) => new Set(cases.filter((one) => one.fires === fires).map(({ alert }) => alert));
  const names = rules.map(({ alert }) => alert);
  assert.deepEqual(
    [names.filter((name) => !tried(true).has(name)), names.filter((name) => !tried(false).has(name))],
    [[], []],
  );
});

/** Asks after 400 minutes whether the alert stands. */
function testOf({ alert, series, fires }: AlertCase): object {
  const expr = `count(ALERTS{alertname="${alert}",alertstate="firing"}) > bool 0 or vector(0)`;
  return {
    interval: "1m",
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [{ expr, eval_time: "400m", exp_samples: [{ labels: "{}", value: fires ? 1 : 0 }] }],
  };
}

test("every alert fires where it should, and stays quiet close to it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-rules-"));
  try {
    const tests = cases.map(testOf);
    await writeFile(join(folder, "tests.yaml"), stringify({ rule_files: [file], evaluation_interval: "1m", tests }));
    assert.equal(await promtool("test", "rules", join(folder, "tests.yaml")), undefined);
  } finally {
    await rm(folder, { recursive: true });
  }
});

for (const role of roles)
  test(`promtool finds nothing wrong with the metrics of ${role}`, async () => {
    assert.equal(await faultsOfMetrics(await registryOf(role).metrics()), "");
  });
