import assert from "node:assert/strict";
import { once } from "node:events";
import test from "node:test";
import { creation, gibibyte, mountCapability, on } from "../support/requests.ts";
import { failing, idle, volumeOf } from "../support/volumes-twin.ts";
import { controllerForTest } from "./support.ts";

test("a volume is made on the node with most room where no topology is asked for", async () => {
  await using csi = await controllerForTest();
  const { volume } = await csi.controller.createVolume(creation("pvc-1", {}));
  assert.equal(volume?.capacityBytes, gibibyte);
  assert.deepEqual(volume?.accessibleTopology, [{ segments: { "topology.topolvm.io/node": "n1" } }]);
});

test("a volume's id is what the node reported", async () => {
  await using csi = await controllerForTest();
  const { volume } = await csi.controller.createVolume(creation("pvc-1", {}));
  assert.equal(volume?.volumeId, csi.volumes.list()[0]?.uid);
});

test("a volume is made on the node that is asked for, whatever the room there is said to be", async () => {
  await using csi = await controllerForTest();
  const request = creation("pvc-1", { capacityRange: { requiredBytes: 8n * gibibyte } });
  await csi.controller.createVolume({ ...request, accessibilityRequirements: on("n2") });
  assert.equal(csi.volumes.list()[0]?.nodeName, "n2");
});

/** As csi-provisioner names the claim with --extra-create-metadata. */
const forClaim = {
  "csi.storage.k8s.io/pvc/namespace": "default",
  "csi.storage.k8s.io/pvc/name": "data",
  "csi.storage.k8s.io/pv/name": "pvc-1",
};

for (const [whose, parameters, isPlaced] of [
  ["of a claim that a scheduler has placed", forClaim, true],
  ["of a claim that is gone", forClaim, undefined],
  ["of a claim that is not named", {}, undefined],
] as const) {
  test(`a volume ${whose} is made on the first preferred node or nowhere: its pod may reach no other`, async () => {
    await using csi = await controllerForTest();
    if (isPlaced !== undefined) csi.placed.set("default/data", isPlaced);
    csi.volumes.setNode((volume) => (volume.isLeaving ? "removed" : failing(8, "asked 8Gi, free 4Gi")(volume)));
    const sized = creation("pvc-1", { parameters, capacityRange: { requiredBytes: 8n * gibibyte } });
    await assert.rejects(csi.controller.createVolume({ ...sized, accessibilityRequirements: on("n2", "n1", "n3") }), {
      code: "resource-exhausted",
      message: "node n2: asked 8Gi, free 4Gi",
    });
  });
}

test("a chosen node that does not offer the class is refused with the reason", async () => {
  await using csi = await controllerForTest();
  csi.placed.set("default/data", true);
  const parameters = { ...forClaim, "topolvm.io/device-class": "ssd" };
  const request = creation("pvc-1", { parameters, accessibilityRequirements: on("n2", "n1") });
  await assert.rejects(csi.controller.createVolume(request), {
    code: "resource-exhausted",
    message: "no device class ssd on n2",
  });
});

test("a volume of a claim with immediate binding goes to another possible node where the first is full", async () => {
  await using csi = await controllerForTest();
  csi.placed.set("default/data", false);
  const sized = creation("pvc-1", { parameters: forClaim, capacityRange: { requiredBytes: 8n * gibibyte } });
  await csi.controller.createVolume({ ...sized, accessibilityRequirements: on("n2", "n1", "n3") });
  assert.equal(csi.volumes.list()[0]?.nodeName, "n1");
});

for (const [whose, isPlaced, asked] of [
  ["a scheduler's", true, 0],
  ["nobody's", false, 1],
] as const)
  test(`the only node that is possible, by ${whose} choice, ${asked === 0 ? "has the room held already" : "is asked for room"}`, async () => {
    await using csi = await controllerForTest();
    csi.placed.set("default/data", isPlaced);
    const parameters = { "csi.storage.k8s.io/pvc/name": "data", "csi.storage.k8s.io/pvc/namespace": "default" };
    await csi.controller.createVolume(creation("pvc-1", { parameters, accessibilityRequirements: on("n2") }));
    assert.equal(csi.volumes.list()[0]?.nodeName, "n2");
    assert.equal(csi.room.wishes.length, asked);
  });

test("a volume that fits on no node is refused with the figures and leaves nothing behind", async () => {
  await using csi = await controllerForTest();
  const request = creation("pvc-1", { capacityRange: { requiredBytes: 20n * gibibyte } });
  await assert.rejects(csi.controller.createVolume(request), {
    code: "resource-exhausted",
    message: "out of room (00default: asked 20Gi, at most 18Gi free, on node n1)",
  });
  assert.deepEqual(csi.volumes.list(), []);
});

test("the same request again answers the same volume", async () => {
  await using csi = await controllerForTest();
  const first = await csi.controller.createVolume(creation("pvc-1", {}));
  assert.deepEqual(await csi.controller.createVolume(creation("pvc-1", {})), first);
});

test("the same request again answers the same volume also where its own room is no longer free", async () => {
  await using csi = await controllerForTest();
  const request = creation("pvc-1", { capacityRange: { requiredBytes: 18n * gibibyte } });
  const first = await csi.controller.createVolume(request);
  csi.view.removeNode("n1");
  assert.deepEqual(await csi.controller.createVolume(request), first);
});

for (const [what, other] of [
  ["size", { capacityRange: { requiredBytes: 2n * gibibyte } }],
  ["device class", { parameters: { "topolvm.io/device-class": "ssd" } }],
  ["option class", { parameters: { "topolvm.io/lvcreate-option-class": "raid1" } }],
  ["node", { accessibilityRequirements: on("n3") }],
] as const) {
  test(`a name that is taken by a volume of another ${what} is refused`, async () => {
    await using csi = await controllerForTest();
    await csi.controller.createVolume(creation("pvc-1", {}));
    await assert.rejects(csi.controller.createVolume(creation("pvc-1", other)), {
      code: "already-exists",
      message: new RegExp(`pvc-1 exists with another ${what}`),
    });
  });
}

test("a name that a snapshot has is refused", async () => {
  await using csi = await controllerForTest();
  const { volume } = await csi.controller.createVolume(creation("pvc-1", {}));
  await csi.controller.createSnapshot({ name: "x", sourceVolumeId: volume?.volumeId ?? "" });
  await assert.rejects(csi.controller.createVolume(creation("x", {})), { code: "already-exists" });
});

test("what the node reports comes back with its code and message, and the next attempt begins anew", async () => {
  await using csi = await controllerForTest();
  csi.volumes.setNode((volume) => (volume.isLeaving ? "removed" : failing(8, "asked 1Gi, free 512Mi")(volume)));
  await assert.rejects(csi.controller.createVolume(creation("pvc-1", {})), {
    code: "resource-exhausted",
    message: "node n1: asked 1Gi, free 512Mi",
  });
  await csi.controller.createVolume(creation("pvc-1", {})).catch(() => {});
  assert.equal(csi.volumes.wishes.length >= 2, true);
});

test("after a failure the volume can be made on another node", async () => {
  await using csi = await controllerForTest();
  csi.volumes.setNode((volume) => {
    if (volume.isLeaving) return "removed";
    if (volume.nodeName === "n2") return failing(8, "full")(volume);
    return volume.volumeId === undefined ? { volumeId: volume.uid, currentBytes: volume.wantedBytes } : undefined;
  });
  const request = creation("pvc-1", {});
  await assert.rejects(csi.controller.createVolume({ ...request, accessibilityRequirements: on("n2") }));
  const { volume } = await csi.controller.createVolume({ ...request, accessibilityRequirements: on("n3") });
  assert.equal(volume?.accessibleTopology[0]?.segments["topology.topolvm.io/node"], "n3");
});

test("a caller that gives up finds the volume made when it asks again", async () => {
  await using csi = await controllerForTest({ limitMs: 50 });
  csi.volumes.setNode(idle);
  await assert.rejects(csi.controller.createVolume(creation("pvc-1", {})), { code: "deadline-exceeded" });
  csi.volumes.setNode((volume) =>
    volume.volumeId === undefined ? { volumeId: volume.uid, currentBytes: volume.wantedBytes } : undefined,
  );
  csi.volumes.settle();
  const { volume } = await csi.controller.createVolume(creation("pvc-1", {}));
  assert.equal(volume?.volumeId, csi.volumes.list()[0]?.uid);
});

test("one that was never made on a node that is gone gives way to one on another node", async () => {
  await using csi = await controllerForTest();
  csi.volumes.setNode(idle);
  csi.volumes.put(volumeOf({ name: "pvc-1", nodeName: "gone" }));
  csi.volumes.setNode((volume) => {
    if (volume.isLeaving) return "removed";
    return volume.nodeName === "n2" && volume.volumeId === undefined ? { volumeId: volume.uid } : undefined;
  });
  const { volume } = await csi.controller.createVolume({
    ...creation("pvc-1", {}),
    accessibilityRequirements: on("n2"),
  });
  assert.equal(volume?.accessibleTopology[0]?.segments["topology.topolvm.io/node"], "n2");
});

test("a second call for a name while the first is under way is aborted", async () => {
  await using csi = await controllerForTest({ limitMs: 200 });
  const reached = new EventTarget();
  csi.volumes.setNode(() => {
    reached.dispatchEvent(new Event("asked"));
    return undefined;
  });
  const asked = once(reached, "asked");
  const first = assert.rejects(csi.controller.createVolume(creation("pvc-1", {})), { code: "deadline-exceeded" });
  await asked;
  await assert.rejects(csi.controller.createVolume(creation("pvc-1", {})), { code: "aborted" });
  await first;
});

test("two volumes of names that differ in letter case only are two volumes", async () => {
  await using csi = await controllerForTest();
  const one = await csi.controller.createVolume(creation("Claim", {}));
  const two = await csi.controller.createVolume(creation("claim", {}));
  assert.notEqual(one.volume?.volumeId, two.volume?.volumeId);
});

test("a file system's least size raises the volume's", async () => {
  await using csi = await controllerForTest();
  const request = { name: "pvc-1", volumeCapabilities: [mountCapability("xfs")], capacityRange: { requiredBytes: 1n } };
  const { volume } = await csi.controller.createVolume(request);
  assert.equal(volume?.capacityBytes, 300n << 20n);
});

test("until the nodes' capacity has been read a volume is refused for the time being", async () => {
  await using csi = await controllerForTest();
  csi.view.setHealth({ synced: false, ageMs: 0 });
  await assert.rejects(csi.controller.createVolume(creation("pvc-1", {})), { code: "unavailable" });
});

test("a device class that no node offers is refused by name", async () => {
  await using csi = await controllerForTest();
  const request = creation("pvc-1", { parameters: { "topolvm.io/device-class": "hdd" } });
  await assert.rejects(csi.controller.createVolume(request), { code: "invalid-argument", message: /device class hdd/ });
});

for (const [what, request, field] of [
  ["no name", creation("", {}), "name"],
  ["a name of 1 KB", creation("x".repeat(1024), {}), "name"],
  ["a name with control characters", creation("a\u0007b", {}), "name"],
  ["no capabilities", { ...creation("v", {}), volumeCapabilities: [] }, "volume_capabilities"],
  ["an unknown file system", { ...creation("v", {}), volumeCapabilities: [mountCapability("ntfs")] }, "fs_type"],
  ["several nodes at once", { ...creation("v", {}), volumeCapabilities: [mountCapability("", [], 5)] }, "access_mode"],
  ["a negative size", creation("v", { capacityRange: { requiredBytes: -1n } }), "required_bytes"],
  ["an unknown parameter", creation("v", { parameters: { "topolvm.io/device-clas": "ssd" } }), "device-clas"],
  ["a mutable parameter", creation("v", { mutableParameters: { iops: "1" } }), "mutable_parameters"],
  ["an empty content source", creation("v", { volumeContentSource: {} }), "volume_content_source"],
  [
    "a foreign topology",
    creation("v", { accessibilityRequirements: { requisite: [{ segments: { zone: "a" } }] } }),
    "accessibility_requirements",
  ],
] as const) {
  test(`${what} is refused naming the field`, async () => {
    await using csi = await controllerForTest();
    const error = { code: "invalid-argument", message: new RegExp(field) };
    await assert.rejects(csi.controller.createVolume(request as never), error);
    assert.deepEqual(csi.volumes.wishes, []);
  });
}
