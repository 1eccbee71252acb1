// Writes what is made from the metrics and the alerts: docs/metrics.md and deploy/monitoring/prometheusrule.yaml. With --check
// it only tells whether they are current.
import { readFileSync, writeFileSync } from "node:fs";
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

const pages = {
  "docs/metrics.md": metricsPage(describeMetrics()),
  "deploy/monitoring/prometheusrule.yaml": prometheusRule(readFileSync(at("deploy/monitoring/rules.yaml"), "utf8")),
};
for (const [path, text] of Object.entries(pages)) {
  if (!process.argv.includes("--check")) writeFileSync(at(path), text);
  else if (readFileSync(at(path), "utf8") !== text) {
    console.error(`${path} is not what it is made from: run node scripts/metrics.ts`);
    process.exitCode = 1;
  }
}
