import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NativestorError } from "../../../src/base/errors.ts";
import { readClaim } from "../../../src/cluster/objects/claim.ts";
import { rejects } from "./rejects.ts";

const claim = (spec: unknown, metadata: object = {}) => ({
  metadata: { name: "data", namespace: "shop", ...metadata },
  spec,
});

test("a claim is read with its size, class and binding", () => {
  const json = claim({ storageClassName: "fast", resources: { requests: { storage: "1.5Gi" } }, volumeName: "pv-1" });
  assert.deepEqual(readClaim(json), {
    namespace: "shop",
    name: "data",
    storageClass: "fast",
    requestBytes: 1610612736n,
    bound: true,
  });
});

test("a claim that names no class asks for the default one, and an empty name for none", () => {
  assert.equal(readClaim(claim({})).storageClass, undefined);
  assert.equal(readClaim(claim({ storageClassName: null })).storageClass, undefined);
  assert.equal(readClaim(claim({ storageClassName: "" })).storageClass, "");
});

test("the annotation of old times names the class", () => {
  const annotations = { "volume.beta.kubernetes.io/storage-class": "old" };
  assert.equal(readClaim(claim({ storageClassName: "new" }, { annotations })).storageClass, "old");
});

test("a claim without a namespace is in the one given", () => {
  assert.equal(readClaim({ metadata: { name: "data" } }, "there").namespace, "there");
});

test("a claim is not bound while its volume is empty", () => {
  assert.equal(readClaim(claim({ volumeName: "" })).bound, false);
});

test("nulls read as absent", () => {
  const facts = readClaim({
    metadata: { name: "data", annotations: null, namespace: null },
    spec: { resources: null },
  });
  assert.deepEqual(facts, {
    namespace: "default",
    name: "data",
    storageClass: undefined,
    requestBytes: undefined,
    bound: false,
  });
});

test("an unreadable size names its field", () => {
  const json = claim({ resources: { requests: { storage: "lots" } } });
  assert.throws(() => readClaim(json), rejects(/^spec\.resources\.requests\.storage: "lots" is no quantity/));
});

test("a size of the wrong type names its field", () => {
  const json = claim({ resources: { requests: { storage: {} } } });
  assert.throws(() => readClaim(json), rejects(/^spec\.resources\.requests\.storage: /));
});

test("wrong types name their field", () => {
  assert.throws(() => readClaim(claim("small")), rejects(/^spec is an object, not a string$/));
  assert.throws(
    () => readClaim(claim({ storageClassName: 7 })),
    rejects(/^spec\.storageClassName is a string, not a number$/),
  );
  assert.throws(() => readClaim(claim({ resources: [] })), rejects(/^spec\.resources is an object, not a list$/));
  assert.throws(() => readClaim([]), rejects(/^claim is an object, not a list$/));
  assert.throws(() => readClaim({}), rejects(/^metadata\.name is missing$/));
});

test("a name of 10 KB is refused without being repeated", () => {
  const json = { metadata: { name: "n".repeat(10_240) } };
  assert.throws(() => readClaim(json), rejects(/^metadata\.name is at most 253 characters long, not 10240$/));
});

test("whatever JSON comes, a claim is read or refused as an invalid argument", () => {
  const anything = fc.jsonValue();
  const shape = fc.record(
    {
      metadata: fc.oneof(anything, fc.record({ name: fc.oneof(fc.string(), anything), annotations: anything })),
      spec: fc.oneof(anything, fc.record({ resources: fc.record({ requests: fc.record({ storage: anything }) }) })),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(anything, shape), (json) => {
      try {
        readClaim(json);
      } catch (error) {
        assert.ok(error instanceof NativestorError && error.code === "invalid-argument", String(error));
      }
    }),
  );
});
