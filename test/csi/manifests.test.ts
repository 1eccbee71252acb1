import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { parse } from "yaml";

const read = (name: string) => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), "utf8");

for (const name of ["crds/%logicalvolume.yaml", "csi/%csidriver.yaml"]) {
  test(`${name.replace("%", "legacy/")} says the same under the older name`, () => {
    const renamed = read(name.replace("%", "")).replaceAll("topolvm.io", "topolvm.cybozu.com");
    assert.deepEqual(parse(read(name.replace("%", "legacy/"))), parse(renamed));
  });
}
