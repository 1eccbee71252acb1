import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { parse } from "yaml";

const read = (name: string) =>
  readFileSync(new URL(`../../deploy/charts/nativestor/crds/${name}.yaml`, import.meta.url), "utf8");

test("the definition of LogicalVolumes says the same under the older name", () => {
  const renamed = read("logicalvolume").replaceAll("topolvm.io", "topolvm.cybozu.com");
  assert.deepEqual(parse(read("logicalvolume-legacy")), parse(renamed));
});
