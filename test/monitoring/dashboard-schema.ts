import * as z from "zod";

// Grafana's classic dashboard model (schemaVersion 39 and later), as far as our dashboards use it. Strict: a key that Grafana does
// not know is most likely a misspelt one. https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
// and the types of the package @grafana/schema.

const source = z.strictObject({ type: z.literal("prometheus"), uid: z.literal("${datasource}") });

const target = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource: source,
  expr: z.string().min(1),
  legendFormat: z.string(),
});

// ids of Grafana's formats of values
const defaults = z.strictObject({ unit: z.enum(["bytes", "percent", "percentunit", "s", "short", "ops"]) });

/** The grid is 24 wide. */
const position = z.strictObject({
  h: z.int().min(1),
  w: z.int().min(1).max(24),
  x: z.int().min(0).max(23),
  y: z.int().min(0),
});

const panel = z.strictObject({
  id: z.int().min(1),
  type: z.enum(["timeseries", "stat"]),
  title: z.string().min(1),
  description: z.string(),
  datasource: source,
  gridPos: position,
  fieldConfig: z.strictObject({ defaults, overrides: z.tuple([]) }),
  options: z.record(z.string(), z.unknown()).optional(),
  targets: z.array(target).min(1),
});

/** What is chosen at first; absent, Grafana chooses. */
const choice = z.strictObject({ text: z.string(), value: z.string() });

const variable = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("datasource"), name: z.literal("datasource"), query: z.literal("prometheus") }),
  z.strictObject({
    type: z.literal("query"),
    name: z.string().regex(/^\w+$/),
    label: z.string(),
    datasource: source,
    query: z.strictObject({ query: z.string().min(1), refId: z.string().min(1) }),
    // 1: when the dashboard is loaded, 2: also when its time changes
    refresh: z.union([z.literal(1), z.literal(2)]),
    includeAll: z.boolean(),
    multi: z.boolean(),
    allValue: z.string(),
    current: choice,
  }),
]);

/** A dashboard as Grafana imports it. */
export const dashboardSchema = z.strictObject({
  uid: z.string().regex(/^[\w-]{1,40}$/),
  title: z.string().min(1),
  tags: z.array(z.string()),
  schemaVersion: z.int().min(39),
  version: z.int().min(1),
  editable: z.boolean(),
  refresh: z.string().regex(/^\d+[sm]$/),
  time: z.strictObject({ from: z.string().regex(/^now-\d+[mhd]$/), to: z.literal("now") }),
  templating: z.strictObject({ list: z.array(variable) }),
  annotations: z.strictObject({ list: z.tuple([]) }),
  panels: z.array(panel).min(1),
});
