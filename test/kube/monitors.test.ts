import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { dashboards } from "../monitoring/queries.ts";
import { renderChart } from "./harness/helm.ts";

interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn";
  readonly values: readonly string[];
}

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
  readonly subjects?: readonly { readonly name: string }[];
  readonly roleRef?: { readonly name: string };
  readonly rules?: unknown;
  readonly automountServiceAccountToken?: boolean;
  readonly spec: {
    readonly selector: {
      readonly matchLabels?: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly Requirement[];
    };
    readonly podMetricsEndpoints?: readonly { readonly port: string; readonly scheme?: string }[];
    readonly endpoints?: readonly { readonly port: string }[];
    readonly ports?: readonly { readonly name: string }[];
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly { readonly ports?: readonly { readonly name: string }[] }[] };
    };
    readonly groups?: unknown;
  };
}

const rendering = (values: object) =>
  parseAllDocuments(renderChart({ monitoring: { monitors: { enabled: true } }, ...values })).flatMap(
    (document) => (document.toJS() as Rendered | null) ?? [],
  );

/** As Kubernetes reads a selector of labels. */
function chooses({ selector }: Rendered["spec"], labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => values.includes(labels[key] ?? "") === (operator === "In"))
  );
}

const disks = { "device-classes": [{ name: "ssd", "volume-group": "vg", default: true }] };
const several = [
  { name: "fast", nodeSelector: { disks: "nvme" }, config: disks },
  { name: "default", config: disks },
];

for (const [what, values, expected] of [
  ["as the chart is", {}, ["nativestor-controller", "nativestor-node"]],
  [
    "with lvmd in pods of its own, of several configurations",
    { lvmd: { mode: "daemonset", configurations: several } },
    ["nativestor-controller", "nativestor-lvmd", "nativestor-lvmd-fast", "nativestor-node"],
  ],
] as const)
  test(`${what}, every pod with a port for metrics is chosen by one monitor, and no other pod is`, () => {
    const objects = rendering(values);
    const monitors = objects.filter(({ kind }) => kind === "PodMonitor");
    const workloads = objects.filter(({ kind }) => kind === "Deployment" || kind === "DaemonSet");
    const chosenBy = ({ spec: { template } }: Rendered) =>
      monitors.filter(({ spec }) => chooses(spec, template.metadata.labels)).length;
    const hasPort = ({ spec: { template } }: Rendered) =>
      template.spec.containers.some(({ ports = [] }) => ports.some(({ name }) => name === "metrics"));
    const names = workloads.filter(hasPort).map(({ metadata }) => metadata.name);
    assert.deepEqual(names.toSorted(), expected);
    assert.deepEqual(
      workloads.filter((one) => chosenBy(one) !== (hasPort(one) ? 1 : 0)).map(({ metadata }) => metadata.name),
      [],
    );
  });

test("the monitor of serve chooses its Service, by a port that it has", () => {
  const objects = rendering({});
  const monitor = objects.find(({ kind }) => kind === "ServiceMonitor") ?? assert.fail("there is none");
  const chosen = objects.filter(({ kind, metadata }) => kind === "Service" && chooses(monitor.spec, metadata.labels));
  assert.deepEqual(
    chosen.map(({ metadata }) => metadata.name),
    ["nativestor"],
  );
  assert.deepEqual(
    monitor.spec.endpoints?.map(({ port }) => port),
    chosen[0]?.spec.ports?.map(({ name }) => name),
  );
});

test("without serve there is no monitor of it", () => {
  const kinds = rendering({ scheduling: { mode: "storage-capacity" } }).map(({ kind }) => kind);
  assert.ok(kinds.includes("PodMonitor") && !kinds.includes("ServiceMonitor"));
});

test("protected agents are read over TLS", () => {
  const monitors = rendering({ metrics: { protected: true } }).filter(({ kind }) => kind === "PodMonitor");
  assert.deepEqual(
    monitors.map(({ spec }) => spec.podMetricsEndpoints?.map(({ scheme }) => scheme)),
    [["https"]],
  );
});

test("the account whose token monitors show may read metrics, is bound to nothing else, and mounts no token itself", () => {
  const objects = rendering({ metrics: { protected: true } });
  const isBound = ({ subjects = [] }: Rendered) => subjects.some(({ name }) => name === "nativestor-metrics");
  assert.deepEqual(
    objects.filter(isBound).map(({ kind, roleRef }) => [kind, roleRef?.name]),
    [["ClusterRoleBinding", "nativestor-metrics-reader"]],
  );
  const role = objects.find(({ kind, metadata }) => kind === "ClusterRole" && metadata.name.endsWith("metrics-reader"));
  assert.deepEqual(role?.rules, [{ nonResourceURLs: ["/metrics", "/ledger"], verbs: ["get"] }]);
  const account = objects.find(({ kind, metadata }) => kind === "ServiceAccount" && metadata.name.endsWith("-metrics"));
  assert.equal(account?.automountServiceAccountToken, false);
});

test("the alerts and dashboards of the chart are those of deploy/monitoring", () => {
  const objects = rendering({ monitoring: { rules: { enabled: true }, dashboards: { enabled: true } } });
  const rules = readFileSync(new URL("../../deploy/monitoring/rules.yaml", import.meta.url), "utf8");
  assert.deepEqual(objects.find(({ kind }) => kind === "PrometheusRule")?.spec, parse(rules));
  const maps = objects.filter(({ metadata }) => metadata.labels["grafana_dashboard"] === "1");
  const shown = maps.flatMap(({ data = {} }) => Object.values(data)).map((text) => JSON.parse(text) as unknown);
  assert.deepEqual(shown, [...dashboards.values()]);
});

test("where there is to be no serve, nobody is told that there is none", () => {
  const values = { scheduling: { mode: "storage-capacity" }, monitoring: { rules: { enabled: true } } };
  const text = renderChart(values);
  assert.match(text, /alert: NativestorClassIll$/m);
  assert.doesNotMatch(text, /alert: NativestorServiceAbsent$/m);
});

test("nothing of it is made where it is not asked for", () => {
  const text = renderChart({});
  assert.doesNotMatch(text, /monitoring\.coreos\.com|grafana/);
});
