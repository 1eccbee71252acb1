import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultStorageClass, readStorageClass } from "../../../src/cluster/objects/storage-class.ts";
import { rejects } from "./rejects.ts";

const storageClass = (name: string, creationTimestamp: unknown, mark?: string) => ({
  metadata: { name, creationTimestamp, annotations: mark && { [mark]: "true" } },
  provisioner: "topolvm.io",
  parameters: { "topolvm.io/device-class": "ssd" },
});
const mark = "storageclass.kubernetes.io/is-default-class";
const betaMark = "storageclass.beta.kubernetes.io/is-default-class";

test("a class is read with its provisioner and parameters", () => {
  assert.deepEqual(readStorageClass(storageClass("fast", "2026-01-01T00:00:00Z", mark)), {
    name: "fast",
    provisioner: "topolvm.io",
    parameters: { "topolvm.io/device-class": "ssd" },
    isDefault: true,
    createdAt: "2026-01-01T00:00:00Z",
  });
});

test("both marks make a default class, and only the value true does", () => {
  assert.equal(readStorageClass(storageClass("a", null, betaMark)).isDefault, true);
  assert.equal(readStorageClass({ metadata: { name: "a", annotations: { [mark]: "false" } } }).isDefault, false);
});

test("the newest of several default classes is the default, then the first by name", () => {
  const classes = [
    storageClass("old", "2025-01-01T00:00:00Z", mark),
    storageClass("b", "2026-01-01T00:00:00Z", mark),
    storageClass("a", "2026-01-01T00:00:00Z", mark),
    storageClass("unmarked", "2026-06-01T00:00:00Z"),
  ].map(readStorageClass);
  assert.equal(defaultStorageClass(classes)?.name, "a");
  assert.equal(defaultStorageClass([]), undefined);
});

test("nulls read as absent and wrong types name their field", () => {
  assert.deepEqual(readStorageClass({ metadata: { name: "a" }, provisioner: null, parameters: null }).parameters, {});
  assert.throws(
    () => readStorageClass({ metadata: { name: "a" }, parameters: { x: 1 } }),
    rejects(/^parameters\["x"\] is a string/),
  );
  assert.throws(() => readStorageClass({}), rejects(/^metadata\.name is missing$/));
});
