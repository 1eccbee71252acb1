import assert from "node:assert/strict";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createChannel, createClientFactory } from "nice-grpc";
import { ControllerDefinition } from "../../src/gen/csi.ts";
import { namedErrors } from "../../src/lvmd/service/errors.ts";
import { creation, gibibyte, on } from "../csi/support/requests.ts";
import { ApiError, type KubeObject } from "./harness/api.ts";
import { deployAgents, registerNode, startController, startNodeAgent } from "./harness/agents.ts";
import { startControlPlane } from "./harness/control-plane.ts";
import { createClaim, createPod } from "./harness/objects.ts";
import { until } from "./harness/until.ts";

const volumesPath = "/apis/topolvm.io/v1/logicalvolumes";
const leasePath = "/apis/coordination.k8s.io/v1/namespaces/nativestor-system/leases/topolvm-io-controller";

const plane = await startControlPlane("controllers");
await deployAgents(plane);
await Promise.all(["n1", "n2"].map((name) => registerNode(plane, name)));
const nodes = [await startNodeAgent(plane, "n1"), await startNodeAgent(plane, "n2", "4Gi")];
const first = await startController(plane, "first");
const channel = createChannel(`unix://${first.csiSocket}`);
const csi = createClientFactory().use(namedErrors).create(ControllerDefinition, channel);
const agents = [...nodes, first];
after(async () => {
  channel.close();
  await Promise.all(agents.map((agent) => agent.stop()));
  await plane.stop();
});
await Promise.all(agents.map((agent) => agent.ready()));
await until("both nodes have room", async () => {
  const all = await plane.api.list("/api/v1/nodes");
  return all.every(({ metadata }) => metadata.annotations?.["capacity.topolvm.io/ssd"] !== undefined);
});

const listVolumes = () => plane.api.list(volumesPath);
const isGone = async (path: string) => {
  try {
    await plane.api.get(path);
    return false;
  } catch (error) {
    return error instanceof ApiError && error.status === 404;
  }
};
const holder = async () => (await plane.api.get(leasePath)).spec?.holderIdentity;

test("the manifests of both roles are taken as they are", async () => {
  for (const name of ["controller/deployment", "node/daemonset"]) {
    const file = fileURLToPath(new URL(`../../deploy/manifests/${name}.yaml`, import.meta.url));
    const { status, stderr } = await plane.kubectl(["apply", "--dry-run=server", "-f", file]);
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "", "no warnings");
  }
});

test("CreateVolume is answered as soon as the node has made it, on the node with most room", async () => {
  const { volume } = await csi.createVolume(creation("pvc-1", { parameters: { "topolvm.io/device-class": "ssd" } }));
  assert.equal(volume?.capacityBytes, gibibyte);
  assert.deepEqual(volume?.accessibleTopology, [{ segments: { "topology.topolvm.io/node": "n1" } }]);
  const [object] = await listVolumes();
  assert.equal(object?.metadata.uid, volume?.volumeId);
});

test("a volume grows, is copied and removed through the API server and the node", async () => {
  const parameters = { "topolvm.io/device-class": "ssd" };
  const { volume } = await csi.createVolume(creation("pvc-2", { parameters, accessibilityRequirements: on("n2") }));
  const volumeId = volume?.volumeId ?? "";
  const { capacityBytes } = await csi.controllerExpandVolume({
    volumeId,
    capacityRange: { requiredBytes: 2n * gibibyte },
  });
  assert.equal(capacityBytes, 2n * gibibyte);
  const { snapshot } = await csi.createSnapshot({ sourceVolumeId: volumeId, name: "snap-1" });
  assert.ok(snapshot?.readyToUse);
  await csi.deleteSnapshot({ snapshotId: snapshot?.snapshotId ?? "" });
  await csi.deleteVolume({ volumeId });
  assert.deepEqual(
    (await listVolumes()).map(({ metadata }) => metadata.name),
    ["pvc-1"],
  );
});

test("a volume that does not fit is refused with the node's figures, and leaves nothing", async () => {
  const parameters = { "topolvm.io/device-class": "ssd" };
  const capacityRange = { requiredBytes: 8n * gibibyte };
  const request = creation("pvc-3", { parameters, capacityRange, accessibilityRequirements: on("n2") });
  await assert.rejects(csi.createVolume(request), {
    code: "resource-exhausted",
    message: /n2.*8589934592 bytes needed/,
  });
  await until("nothing is left", () => isGone(`${volumesPath}/pvc-3`));
});

test("20 volumes at once are made, each once", async () => {
  const parameters = { "topolvm.io/device-class": "ssd" };
  const capacityRange = { requiredBytes: gibibyte / 8n };
  const names = Array.from({ length: 20 }, (_, at) => `many-${at}`);
  const made = await Promise.all(
    names.map((name) =>
      csi.createVolume(creation(name, { parameters, capacityRange, accessibilityRequirements: on("n1") })),
    ),
  );
  const ids = made.map(({ volume }) => volume?.volumeId ?? "");
  assert.equal(new Set(ids).size, 20);
  await Promise.all(ids.map((volumeId) => csi.deleteVolume({ volumeId })));
  assert.deepEqual(
    (await listVolumes()).map(({ metadata }) => metadata.name),
    ["pvc-1"],
  );
});

test("pods that hold a claim of ours which is being removed are removed", async () => {
  await plane.api.create("/apis/storage.k8s.io/v1/storageclasses", {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "ours" },
    provisioner: "topolvm.io",
    volumeBindingMode: "WaitForFirstConsumer",
  });
  await createClaim(plane, "data", "ours", "1Gi");
  await createPod(plane, "holder", ["data"], { nodeName: "n1" });
  await plane.api.remove("/api/v1/namespaces/default/persistentvolumeclaims/data");
  await until("the pod is being removed", async () => {
    const path = "/api/v1/namespaces/default/pods/holder";
    if (await isGone(path)) return true;
    const { metadata } = await plane.api.get<KubeObject & { metadata: { deletionTimestamp?: string } }>(path);
    return metadata.deletionTimestamp !== undefined;
  });
  // there is no kubelet to confirm it
  await plane.api.remove("/api/v1/namespaces/default/pods/holder").catch(() => undefined);
});

test("of two controllers one leads; where it is killed, the other takes over and goes on", async () => {
  const second = await startController(plane, "second");
  agents.push(second);
  await second.ready();
  const leader = await holder();
  await first.stop("SIGKILL");
  await until("another one leads", async () => (await holder()) !== leader && (await holder()) !== "", 40_000);
  assert.match(await second.metrics(), /^nativestor_leading 1$/m);
});

test("with a Node that is removed go its LogicalVolumes, and then the Node", async () => {
  await nodes[0]?.stop("SIGKILL");
  await plane.api.remove("/api/v1/nodes/n1");
  await until("the node is gone", () => isGone("/api/v1/nodes/n1"));
  assert.deepEqual(await listVolumes(), []);
});

test("a leader that is stopped gives its lease back", async () => {
  assert.equal(await agents.at(-1)?.stop(), 0);
  assert.equal(await holder(), "");
});
