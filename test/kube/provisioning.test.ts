import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createLvmdClient } from "../../src/lvmd/client.ts";
import { ApiError, type KubeObject } from "./harness/api.ts";
import { deployAgents, lvmdSocket, startController, startNodeAgent } from "./harness/agents.ts";
import { startControlPlane } from "./harness/control-plane.ts";
import { createClaim, createNode, createPod, eventsOf, nodeOf, removePod } from "./harness/objects.ts";
import { startScheduler } from "./harness/scheduler.ts";
import { startService } from "./harness/service.ts";
import { startSidecar } from "./harness/sidecars.ts";
import { until } from "./harness/until.ts";
import { registerWebhooks } from "./harness/webhooks.ts";

// everything is real but for the kubelets and the disks
const plane = await startControlPlane("provisioning");
await deployAgents(plane);
const sizes: Readonly<Record<string, string>> = { n1: "18Gi", n2: "4Gi", n3: "4Gi" };
for (const name of Object.keys(sizes)) await createNode(plane, name, {});
await plane.api.create("/apis/storage.k8s.io/v1/storageclasses", {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "ssd" },
  provisioner: "topolvm.io",
  parameters: { "topolvm.io/device-class": "ssd" },
  volumeBindingMode: "WaitForFirstConsumer",
  allowVolumeExpansion: true,
});
const agents = await Promise.all(Object.entries(sizes).map(([name, size]) => startNodeAgent(plane, name, size)));
const controller = await startController(plane);
const service = await startService(plane);
await Promise.all([...agents, controller].map((agent) => agent.ready()));
await registerWebhooks(plane, service, "ssd");
const scheduler = await startScheduler(plane, service);
const kubeconfig = plane.workspace.path("controller.kubeconfig");
const sidecars = (["csi-provisioner", "csi-resizer"] as const).map((name) =>
  startSidecar(plane, name, { csiSocket: controller.csiSocket, kubeconfig }),
);
const lvmd = createLvmdClient(lvmdSocket(plane, "n1"));
after(async () => {
  lvmd.close();
  await Promise.all([...sidecars, scheduler].map((program) => program.stop("SIGKILL")));
  await Promise.all([service, controller, ...agents].map((one) => one.stop()));
  await plane.stop();
});

interface Claim extends KubeObject {
  readonly spec: { readonly volumeName?: string };
  readonly status: { readonly phase: string; readonly conditions?: { readonly type: string }[] };
}

interface PersistentVolume extends KubeObject {
  readonly spec: {
    readonly capacity: { readonly storage: string };
    readonly csi: { readonly volumeHandle: string; readonly fsType: string };
    readonly nodeAffinity: unknown;
  };
}

const claimPath = (name: string) => `/api/v1/namespaces/default/persistentvolumeclaims/${name}`;
const volumeOf = async (claim: string) => {
  const { spec } = await plane.api.get<Claim>(claimPath(claim));
  return plane.api.get<PersistentVolume>(`/api/v1/persistentvolumes/${spec.volumeName}`);
};
const bound = (name: string) =>
  until(`${name} is bound`, async () => (await plane.api.get<Claim>(claimPath(name))).status.phase === "Bound");
const onDisk = async () => (await lvmd.groups.getLVList({ deviceClass: "ssd" })).volumes.map(({ name }) => name);
const isGone = async (path: string) => {
  try {
    await plane.api.get(path);
    return false;
  } catch (error) {
    return error instanceof ApiError && error.status === 404;
  }
};

test("a claim and a pod go in, a volume on the chosen node comes out, bound and named for its node", async () => {
  await createClaim(plane, "first", "ssd", "8Gi");
  await createPod(plane, "first", ["first"]);
  await bound("first");
  assert.equal(await nodeOf(plane, "first"), "n1");
  const { spec } = await volumeOf("first");
  assert.equal(spec.capacity.storage, "8Gi");
  assert.deepEqual(await onDisk(), [spec.csi.volumeHandle]);
  assert.match(JSON.stringify(spec.nodeAffinity), /"topology.topolvm.io\/node".*"n1"/);
});

test("of nodes with 18, 4 and 4 GiB, after 8 and 6 the next 8 GiB stay pending with our reason", async () => {
  await createClaim(plane, "second", "ssd", "6Gi");
  await createPod(plane, "second", ["second"]);
  await bound("second");
  assert.equal(await nodeOf(plane, "second"), "n1");
  await createClaim(plane, "third", "ssd", "8Gi");
  await createPod(plane, "third", ["third"]);
  await until("our reason", async () =>
    (await eventsOf(plane, "third")).some((event) =>
      (event.message ?? event.note ?? "").includes("out of VG free space"),
    ),
  );
  assert.equal((await plane.api.get<Claim>(claimPath("third"))).status.phase, "Pending");
});

test("when a claim is removed its volume goes from the disk, and the pod that waited gets the room", async () => {
  const { metadata, spec } = await volumeOf("first");
  await removePod(plane, "first");
  await plane.api.remove(claimPath("first"));
  await until("its PersistentVolume is gone", () => isGone(`/api/v1/persistentvolumes/${metadata.name}`));
  assert.ok(!(await onDisk()).includes(spec.csi.volumeHandle));
  await bound("third");
  assert.equal(await nodeOf(plane, "third"), "n1");
});

test("a claim that grows makes its volume grow, and leaves the rest to kubelet", async () => {
  await plane.api.patch(claimPath("second"), { spec: { resources: { requests: { storage: "7Gi" } } } });
  await until("growth", async () => (await volumeOf("second")).spec.capacity.storage === "7Gi");
  const { spec } = await volumeOf("second");
  const listed = (await lvmd.groups.getLVList({ deviceClass: "ssd" })).volumes;
  assert.equal(listed.find(({ name }) => name === spec.csi.volumeHandle)?.sizeBytes, 7n << 30n);
  const { status } = await plane.api.get<Claim>(claimPath("second"));
  assert.ok(status.conditions?.some(({ type }) => type === "FileSystemResizePending"));
});

test("growth that does not fit is told with figures, and the volume is unharmed", async () => {
  await plane.api.patch(claimPath("third"), { spec: { resources: { requests: { storage: "17Gi" } } } });
  const event = await until("an event", async () =>
    (await eventsOf(plane, "third")).find(({ reason }) => reason === "VolumeResizeFailed"),
  );
  assert.match(event.message ?? event.note ?? "", /bytes needed, \d+ bytes free/);
  assert.equal((await volumeOf("third")).spec.capacity.storage, "8Gi");
});

test("the room of each node is published as CSIStorageCapacity", async () => {
  const path = "/apis/storage.k8s.io/v1/namespaces/nativestor-system/csistoragecapacities";
  const capacities = await until("three of them", async () => {
    const all = await plane.api.list<KubeObject & { nodeTopology: unknown; capacity: string }>(path);
    return all.length === 3 && all;
  });
  assert.ok(capacities.some((one) => JSON.stringify(one.nodeTopology).includes('"n2"') && one.capacity === "4Gi"));
});

test("a burst of pods gets the room that there is, and no volume that does not fit is tried", async () => {
  const names = Array.from({ length: 6 }, (_, at) => `burst-${at}`);
  await Promise.all(names.map((name) => createClaim(plane, name, "ssd", "1Gi")));
  await Promise.all(names.map((name) => createPod(plane, name, [name])));
  await Promise.all(names.map(bound));
  const failed = await Promise.all(names.map((name) => eventsOf(plane, name)));
  assert.deepEqual(
    failed.flat().filter(({ reason }) => reason === "ProvisioningFailed"),
    [],
  );
});

test("what none of the sidecars nor we may do was asked for by nobody", async () => {
  const logs = await Promise.all([
    ...sidecars.map((one) => one.log()),
    controller.log(),
    ...agents.map((one) => one.log()),
  ]);
  const refusals = logs.flatMap((log) =>
    log.split("\n").filter((line) => /forbidden|cannot (list|get|watch|patch)/i.test(line)),
  );
  assert.deepEqual(refusals, []);
});
