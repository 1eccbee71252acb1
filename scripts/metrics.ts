// Writes what is made from the metrics, the alerts and the dashboards: docs/metrics.md, deploy/monitoring/prometheusrule.yaml and
// the chart's copies, as a chart has no files but its own. With --check it only tells whether they are current.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { type Described, describeMetrics, unitOf } from "./metrics/catalogue.ts";

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const head = `# Metrics

Made from the code by \`node scripts/metrics.ts\`. The names that begin with \`topolvm_\` are those of TopoLVM and topolvm-operator, with the same
labels and meaning. An agent (\`node\`) that lvmd runs in tells lvmd's too. Every role adds what Node tells of its process: \`process_…\`, \`nodejs_…\`.
What to do about them: [deploy/monitoring](../deploy/monitoring), [runbooks](runbooks/README.md).
`;

function rowOf({ name, type, labels, roles, help }: Described): string {
  const labelled = labels.map((label) => `\`${label}\``).join(", ");
  return `| ${[`\`${name}\``, type, unitOf(name), labelled, roles.join(", "), help].join(" | ")} |`;
}

function metricsPage(metrics: readonly Described[]): string {
  const titles = ["metric", "type", "unit", "labels", "role", "tells"];
  const table = [titles, titles.map(() => "---")].map((cells) => `| ${cells.join(" | ")} |`);
  return `${head}\n${[...table, ...metrics.map(rowOf)].join("\n")}\n`;
}

function prometheusRule(rules: string): string {
  const metadata = {
    name: "nativestor",
    namespace: "nativestor-system",
    labels: { "app.kubernetes.io/name": "nativestor" },
  };
  const object = {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata,
    spec: parse(rules) as object,
  };
  return `# Made from rules.yaml by \`node scripts/metrics.ts\`.\n${stringify(object, { lineWidth: 0 })}`;
}

const rules = readFileSync(at("deploy/monitoring/rules.yaml"), "utf8");
const ofChart = (name: string) => `deploy/charts/nativestor/files/${name}`;
const dashboards = readdirSync(at("deploy/monitoring/dashboards")).map((name): [string, string] => [
  ofChart(`dashboards/${name}`),
  readFileSync(at(`deploy/monitoring/dashboards/${name}`), "utf8"),
]);
const pages = {
  "docs/metrics.md": metricsPage(describeMetrics()),
  "deploy/monitoring/prometheusrule.yaml": prometheusRule(rules),
  [ofChart("rules.yaml")]:
    `# Copy of deploy/monitoring/rules.yaml, made by scripts/metrics.ts. DO NOT EDIT.\n${rules.replace(/^(#.*\n)+/, "")}`,
  ...Object.fromEntries(dashboards),
};
for (const [path, text] of Object.entries(pages)) {
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  } else if (!existsSync(at(path)) || readFileSync(at(path), "utf8") !== text) {
    console.error(`${path} is not what it is made from: run node scripts/metrics.ts`);
    process.exitCode = 1;
  }
}
