import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { documentedValues, helmValuesPage } from "../../scripts/helm-values.ts";
import { controllerTable } from "../../src/cli/controller/table.ts";
import { nodeTable } from "../../src/cli/node/table.ts";
import { serveTable } from "../../src/cli/serve/table.ts";
import type { Table } from "../../src/cli/settings/setting.ts";
import { deviceClass, optionClass } from "../../src/lvmd/config/class-schema.ts";
import { schema as lvmdConfig } from "../../src/lvmd/config/schema.ts";

const read = (name: string) => readFileSync(new URL(`../../deploy/charts/nativestor/${name}`, import.meta.url), "utf8");
const source = read("values.yaml");

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const schema = JSON.parse(read("values.schema.json")) as Schema;

/** Paths of all values that the schema knows by name. */
function pathsOf(node: Schema, prefix = ""): string[] {
  const { properties = {}, additionalProperties } = resolved(node);
  // a map of free keys, or of Kubernetes' own, is one value
  if (additionalProperties !== false || "requests" in properties) return prefix === "" ? [] : [prefix.slice(0, -1)];
  const inner = Object.entries(properties).flatMap(([key, value]) => pathsOf(value, `${prefix}${key}.`));
  return prefix === "" ? inner : [prefix.slice(0, -1), ...inner];
}

function resolved(node: Schema): Schema {
  const name = node.$ref?.replace("#/$defs/", "");
  return name === undefined ? node : (schema.$defs?.[name] ?? {});
}

test("the schema knows every value of the chart, and no other", () => {
  const own = documentedValues(source).map(({ path }) => path);
  // the first is what helm hands to every chart; an issuer, and the settings of a role, are values as a whole
  const strange = (path: string) => path === "global" || /\.(issuerRef|config)\./.test(path);
  const known = pathsOf(schema).filter((path) => !strange(path));
  assert.deepEqual(own.toSorted(), known.toSorted());
});

for (const [role, table] of Object.entries<Table>({ serve: serveTable, controller: controllerTable, node: nodeTable }))
  test(`the schema knows every setting of ${role}, and no other`, () => {
    const { config } = resolved(schema.properties?.[role] ?? {}).properties ?? {};
    const settings = Object.keys(table).filter((key) => table[key]?.inFile !== false);
    assert.equal(config?.additionalProperties, false);
    assert.deepEqual(Object.keys(config.properties ?? {}).toSorted(), settings.toSorted());
  });

test("the schema knows every key of lvmd's configuration, and no other", () => {
  const { properties: lvmd = {} } = schema.properties?.["lvmd"] ?? {};
  const { config } = lvmd["configurations"]?.items?.properties ?? {};
  const { "device-classes": classes, "lvcreate-option-classes": options } = config?.properties ?? {};
  for (const [found, known] of [
    [config, lvmdConfig.shape],
    [classes?.items, deviceClass.shape],
    [options?.items, optionClass.shape],
  ] as const) {
    assert.equal(found?.additionalProperties, false);
    assert.deepEqual(Object.keys(found.properties ?? {}).toSorted(), Object.keys(known).toSorted());
  }
});

test("a value without a comment is refused by its name", () => {
  const mute = source.replace(/^ {4}# What happens while `serve` does not answer\.\n/m, "");
  assert.throws(() => documentedValues(mute), { message: /no comment above webhooks\.claims\.failurePolicy/ });
});

test("the page tells a value, its default and what it is for", () => {
  const page = helmValuesPage(
    "# Of it all.\n\n# Names\n# of a thing.\nthing:\n  # How many | few.\n  count: 3\n  # More.\n  map: {a: b}\n",
  );
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  assert.deepEqual(rows, [
    "| `thing` |  | Names of a thing. |",
    "| `thing.count` | `3` | How many \\| few. |",
    '| `thing.map` | `{"a":"b"}` | More. |',
  ]);
});
