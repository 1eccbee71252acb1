import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { deviceClass } from "../../../src/lvmd/config/class-schema.ts";
import { parseConfig } from "../../../src/lvmd/config/load.ts";
import { schema } from "../../../src/lvmd/config/schema.ts";
import { thinPool } from "../../../src/lvmd/config/thin-schema.ts";

const text = await readFile(new URL("../../../docs/lvmd.md", import.meta.url), "utf8");

test("every key of the configuration is documented", () => {
  for (const { shape } of [schema, deviceClass, thinPool])
    for (const key of Object.keys(shape))
      assert.match(text, new RegExp(`^\\|[^|]*\`${key}\`[^|]*\\|`, "m"), `${key} has no row`);
});

test("the example of the documentation can be used", () => {
  const example = /```yaml\n(socket-name[\s\S]*?)```/.exec(text)?.[1] ?? assert.fail("there is no example");
  assert.equal(parseConfig(example, "docs/lvmd.md").deviceClasses.length, 2);
});
