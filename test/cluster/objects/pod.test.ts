import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NativestorError } from "../../../src/base/errors.ts";
import { readPod } from "../../../src/cluster/objects/pod.ts";
import { rejects } from "./rejects.ts";

const pod = (volumes: unknown, metadata: object = {}) => ({
  metadata: { name: "db-0", namespace: "shop", ...metadata },
  spec: { volumes },
});

test("claims of a pod are its volumes, and other volumes are not", () => {
  const facts = readPod(
    pod([
      { name: "a", persistentVolumeClaim: { claimName: "data" } },
      { name: "b", emptyDir: {} },
      { name: "c", ephemeral: {} },
    ]),
  );
  assert.deepEqual(facts.volumes, [{ claimName: "data", template: undefined }]);
});

const scratch = {
  name: "scratch",
  ephemeral: {
    volumeClaimTemplate: {
      spec: { storageClassName: "fast", resources: { requests: { storage: "1Gi" } }, volumeName: "pv" },
    },
  },
};

test("an ephemeral volume is the claim POD-VOLUME, not bound whatever its template says", () => {
  assert.deepEqual(readPod(pod([scratch])).volumes, [
    {
      claimName: "db-0-scratch",
      template: {
        namespace: "shop",
        name: "db-0-scratch",
        storageClass: "fast",
        requestBytes: 1073741824n,
        bound: false,
      },
    },
  ]);
});

test("an ephemeral volume of a pod without a name has no claim yet", () => {
  const [volume] = readPod(pod([scratch], { name: undefined, generateName: "db-" })).volumes;
  assert.equal(volume?.claimName, undefined);
  assert.equal(volume?.template?.name, "scratch");
});

test("a pod without a namespace is in the one given", () => {
  assert.equal(readPod({ metadata: { name: "p" } }, "there").namespace, "there");
});

test("annotations are kept, and __proto__ is a key like any other", () => {
  const annotations: unknown = JSON.parse('{"__proto__":"x","capacity.topolvm.io/ssd":"5","empty":null}');
  const facts = readPod({ metadata: { annotations } });
  assert.deepEqual(Object.entries(facts.annotations), [
    ["__proto__", "x"],
    ["capacity.topolvm.io/ssd", "5"],
    ["empty", ""],
  ]);
  assert.equal(Object.getPrototypeOf(facts.annotations), Object.prototype);
});

test("nulls read as absent", () => {
  const facts = readPod({
    metadata: null,
    spec: { volumes: [null, { persistentVolumeClaim: null, ephemeral: null }] },
  });
  assert.deepEqual(facts, { namespace: "default", name: "", annotations: {}, volumes: [] });
  assert.deepEqual(readPod(null).volumes, []);
});

test("an error in a template names the whole path", () => {
  const bad = {
    name: "x",
    ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: "1 Gi" } } } } },
  };
  assert.throws(
    () => readPod(pod([{}, bad])),
    rejects(/^spec\.volumes\[1\]\.ephemeral\.volumeClaimTemplate\.spec\.resources\.requests\.storage: /),
  );
});

test("wrong types name their field", () => {
  assert.throws(() => readPod(pod("none")), rejects(/^spec\.volumes is a list, not a string$/));
  assert.throws(() => readPod(pod([7])), rejects(/^spec\.volumes\[0\] is an object, not a number$/));
  assert.throws(
    () => readPod(pod([{ persistentVolumeClaim: {} }])),
    rejects(/^spec\.volumes\[0\]\.persistentVolumeClaim\.claimName is missing$/),
  );
  assert.throws(
    () => readPod({ metadata: { annotations: { a: 5 } } }),
    rejects(/^metadata\.annotations\["a"\] is a string, not a number$/),
  );
});

test("a pod tells when it was made, if the API server has said so", () => {
  const { createdAt } = readPod({ metadata: { name: "p", creationTimestamp: "2026-01-01T00:00:01Z" } });
  assert.equal(createdAt, Date.UTC(2026, 0, 1, 0, 0, 1));
  assert.equal("createdAt" in readPod({ metadata: { name: "p", creationTimestamp: null } }), false);
});

test("a claim name of 10 KB is refused", () => {
  const volume = { persistentVolumeClaim: { claimName: "c".repeat(10_240) } };
  assert.throws(() => readPod(pod([volume])), rejects(/at most 253 characters/));
});

test("whatever JSON comes, a pod is read or refused as an invalid argument", () => {
  const anything = fc.jsonValue();
  const volume = fc.record(
    { name: anything, ephemeral: anything, persistentVolumeClaim: anything },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        anything,
        fc.array(volume).map((volumes) => pod(volumes)),
      ),
      (json) => {
        try {
          readPod(json);
        } catch (error) {
          assert.ok(error instanceof NativestorError && error.code === "invalid-argument", String(error));
        }
      },
    ),
  );
});
