import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { readLogicalVolume } from "../../../src/cluster/objects/logical-volume.ts";

const smallest = { metadata: { name: "a", uid: "u" }, spec: { nodeName: "n1" } };

test("a LogicalVolume is read as it is", () => {
  const volume = readLogicalVolume({
    metadata: { name: "pvc-1", uid: "u1", creationTimestamp: "2026-01-01T00:00:00Z", deletionTimestamp: "x" },
    spec: {
      nodeName: "n1",
      size: "1.5Gi",
      deviceClass: "ssd",
      lvcreateOptionClass: "raid1",
      source: "pvc-0",
      accessType: "rw",
    },
    status: { volumeID: "u1", code: 8, message: "full", currentSize: 1073741824 },
  });
  assert.deepEqual(volume, {
    name: "pvc-1",
    uid: "u1",
    nodeName: "n1",
    deviceClass: "ssd",
    optionClass: "raid1",
    source: "pvc-0",
    accessType: "rw",
    wantedBytes: 3n << 29n,
    volumeId: "u1",
    currentBytes: 1n << 30n,
    code: 8,
    message: "full",
    createdAt: Date.UTC(2026, 0, 1),
    isLeaving: true,
  });
});

test("what is empty or absent reads as nothing", () => {
  const { spec } = smallest;
  const volume = readLogicalVolume({ ...smallest, spec: { ...spec, source: "", accessType: "", deviceClass: null } });
  assert.deepEqual([volume.source, volume.accessType, volume.deviceClass], [undefined, undefined, ""]);
  assert.deepEqual([volume.volumeId, volume.currentBytes, volume.code], [undefined, undefined, 0]);
});

test("a wrong shape is refused naming the field", () => {
  const { metadata, spec } = smallest;
  for (const [json, field] of [
    [{ metadata }, /spec\.nodeName/],
    [{ metadata, spec: { ...spec, size: "much" } }, /spec\.size/],
    [{ metadata, spec: { ...spec, accessType: "rwx" } }, /spec\.accessType/],
    [{ metadata, spec, status: [] }, /status/],
  ] as const)
    assert.throws(() => readLogicalVolume(json), { code: "invalid-argument", message: field });
});

test("anything else is read or refused, and never crashes", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (metadata, spec, status) => {
      try {
        readLogicalVolume({ metadata, spec, status });
      } catch (error) {
        assert.equal((error as { code?: string }).code, "invalid-argument");
      }
    }),
  );
});
