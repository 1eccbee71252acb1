import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createChannel, createClientFactory } from "nice-grpc";
import { IdentityDefinition, NodeDefinition } from "../../src/gen/csi.ts";
import { RegistrationDefinition } from "../../src/gen/pluginregistration.ts";
import { createLvmdClient } from "../../src/lvmd/client.ts";
import { ApiError, type KubeObject } from "./harness/api.ts";
import { allowLegacyNames, deployAgents, lvmdSocket, registerNode, startNodeAgent } from "./harness/agents.ts";
import { startControlPlane } from "./harness/control-plane.ts";
import { until } from "./harness/until.ts";

const path = "/apis/topolvm.io/v1/logicalvolumes";
const GiB = 2 ** 30;

const plane = await startControlPlane("volumes-on-nodes");
await deployAgents(plane);
await Promise.all(["n1", "n2"].map((name) => registerNode(plane, name)));
const registry = plane.workspace.path("plugins_registry");
const agent = await startNodeAgent(plane, "n1", "10Gi", ["--registration-dir", registry]);
const lvmd = createLvmdClient(lvmdSocket(plane, "n1"));
after(async () => {
  lvmd.close();
  await agent.stop();
  await plane.stop();
});
await agent.ready();

interface Volume extends KubeObject {
  readonly metadata: KubeObject["metadata"] & { readonly finalizers?: string[]; readonly deletionTimestamp?: string };
  readonly status?: {
    readonly volumeID?: string;
    readonly currentSize?: string;
    readonly code?: number;
    readonly message?: string;
    readonly counted?: { generation: number; earlierSize: string };
  };
}

const wish = (name: string, size: string, spec: object = {}) =>
  plane.api.create<Volume>(path, {
    apiVersion: "topolvm.io/v1",
    kind: "LogicalVolume",
    metadata: { name, finalizers: ["topolvm.io/logicalvolume"] },
    spec: { name, nodeName: "n1", size, deviceClass: "ssd", ...spec },
  });
const get = (name: string) => plane.api.get<Volume>(`${path}/${name}`);
const made = (name: string) =>
  until(`${name} is made`, async () => {
    const volume = await get(name);
    return volume.status?.volumeID !== undefined && volume;
  });
const remove = async (name: string) => {
  await plane.api.remove(`${path}/${name}`);
  await until(`${name} is gone`, () => isGone(name));
};
const isGone = async (name: string) => {
  try {
    await get(name);
    return false;
  } catch (error) {
    return error instanceof ApiError && error.status === 404;
  }
};
const onDisk = async () => (await lvmd.groups.getLVList({ deviceClass: "ssd" })).volumes.map(({ name }) => name).sort();
const node = () => plane.api.get<Volume>("/api/v1/nodes/n1");
const room = async (name = "ssd") => (await node()).metadata.annotations?.[`capacity.topolvm.io/${name}`];

test("a node publishes its room as soon as it runs, with topology label and finalizer", async () => {
  await until("room", async () => (await room()) === String(10 * GiB));
  assert.equal(await room("00default"), String(10 * GiB));
  const { labels, finalizers, annotations } = (await node()).metadata;
  assert.equal(labels?.["topology.topolvm.io/node"], "n1");
  assert.equal(labels?.["kubernetes.io/hostname"], "n1");
  assert.deepEqual(finalizers, ["topolvm.io/node"]);
  assert.match(annotations?.["topolvm.io/capacity-generation"] ?? "", /^\d+$/);
});

test("a wish becomes a volume on disk, a status, and less room that says what it counts", async () => {
  const { metadata } = await wish("first", "2Gi");
  const { status } = await made("first");
  assert.equal(status?.volumeID, metadata.uid);
  assert.equal(status?.currentSize, String(2 * GiB));
  assert.deepEqual(await onDisk(), [metadata.uid]);
  await until("less room", async () => (await room()) === String(8 * GiB));
  // a reading between the end of the change and lvmd's answer is followed by another one
  await until("the room is said to contain it", async () => {
    const generation = Number((await node()).metadata.annotations?.["topolvm.io/capacity-generation"]);
    return generation >= (status?.counted?.generation ?? Infinity);
  });
});

test("a larger wish makes it grow, and its end gives the room back", async () => {
  await plane.api.patch(`${path}/first`, { spec: { size: "3Gi" } });
  await until("growth", async () => (await get("first")).status?.currentSize === String(3 * GiB));
  await until("less room", async () => (await room()) === String(7 * GiB));
  await remove("first");
  assert.deepEqual(await onDisk(), []);
  await until("more room", async () => (await room()) === String(10 * GiB));
  assert.match(await agent.metrics(), /^nativestor_work_seconds_count\{queue="logical-volumes",result="done"\} [1-9]/m);
});

test("a wish that does not fit is answered with the figures and an event", async () => {
  await wish("huge", "20Gi");
  const { status } = await until("an answer", async () => {
    const volume = await get("huge");
    return volume.status?.code !== undefined && volume;
  });
  assert.equal(status?.code, 8);
  assert.match(status?.message ?? "", /21474836480 bytes needed, 10737418240 bytes free/);
  const events = await until("an event", async () => {
    const all = await plane.api.list<{ reason: string; regarding: { name: string } }>(
      "/apis/events.k8s.io/v1/namespaces/default/events",
    );
    return all.find(({ regarding }) => regarding.name === "huge");
  });
  assert.equal(events.reason, "CreateVolumeFailed");
  await remove("huge");
});

test("the API server tells the node of its own volumes only", async () => {
  await wish("elsewhere", "1Gi", { nodeName: "n2" });
  await wish("here", "1Gi");
  await made("here");
  const items = await plane.api.list<Volume>(`${path}?fieldSelector=spec.nodeName%3Dn1`);
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    ["here"],
  );
  assert.equal((await get("elsewhere")).status, undefined);
  await remove("here");
});

test("kubelet is shown the driver, and the driver names its node", async () => {
  const clients = createClientFactory();
  const kubelet = createChannel(`unix://${registry}/topolvm.io-reg.sock`);
  const info = await clients.create(RegistrationDefinition, kubelet).getInfo({});
  kubelet.close();
  assert.deepEqual([info.type, info.name, info.endpoint], ["CSIPlugin", "topolvm.io", agent.csiSocket]);
  const channel = createChannel(`unix://${info.endpoint}`);
  const { nodeId, accessibleTopology } = await clients.create(NodeDefinition, channel).nodeGetInfo({});
  const { ready } = await clients.create(IdentityDefinition, channel).probe({});
  channel.close();
  assert.equal(nodeId, "n1");
  assert.deepEqual(accessibleTopology?.segments, { "topology.topolvm.io/node": "n1" });
  assert.equal(ready, true);
});

test("under the legacy names all of it is said and done under them", async () => {
  await allowLegacyNames(plane);
  const old = await startNodeAgent(plane, "n2", "10Gi", ["--legacy-names"]);
  await old.ready();
  const legacyPath = "/apis/topolvm.cybozu.com/v1/logicalvolumes";
  const name = "legacy";
  const finalizer = "topolvm.cybozu.com/logicalvolume";
  await plane.api.create(legacyPath, {
    apiVersion: "topolvm.cybozu.com/v1",
    kind: "LogicalVolume",
    metadata: { name, finalizers: [finalizer] },
    spec: { name, nodeName: "n2", size: "1Gi" },
  });
  const { metadata } = await until("room with the volume off it", async () => {
    const now = await plane.api.get<Volume>("/api/v1/nodes/n2");
    return now.metadata.annotations?.["capacity.topolvm.cybozu.com/ssd"] === String(9 * GiB) && now;
  });
  assert.equal(metadata.labels?.["topology.topolvm.cybozu.com/node"], "n2");
  assert.deepEqual(metadata.finalizers, ["topolvm.cybozu.com/node"]);
  await plane.api.remove(`${legacyPath}/${name}`);
  await until("it is gone", async () => (await plane.api.list(legacyPath)).length === 0);
  assert.equal(await old.stop(), 0);
});

test("an agent may change neither other Nodes nor their volumes", async () => {
  const kubeconfig = plane.workspace.path("node-n1.kubeconfig");
  const as = (args: string[]) => plane.kubectl(["--kubeconfig", kubeconfig, ...args]);
  const lie = await as(["annotate", "node", "n2", "capacity.topolvm.io/ssd=1"]);
  assert.match(lie.stderr, /the agent of node n1 may not change what belongs to node n2/);
  const theft = await as(["annotate", "logicalvolumes.topolvm.io", "elsewhere", "topolvm.io/pendingdeletion=true"]);
  assert.match(theft.stderr, /may not change what belongs to node n2/);
  const forbidden = await as(["delete", "logicalvolumes.topolvm.io", "elsewhere"]);
  assert.match(forbidden.stderr, /cannot delete resource/);
});

test("an agent that is killed at any moment leaves nothing that the next one does not finish", async () => {
  const names: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    const name = `r${round}`;
    names.push(name);
    await wish(name, "256Mi");
    if (round % 2 === 1) await plane.api.remove(`${path}/r${round - 1}`);
    if (round === 3) await plane.api.patch(`${path}/r1`, { spec: { size: "512Mi" } });
    // sooner or later after the wish: before the volume, between it and its status, or after that
    await new Promise((resolve) => setTimeout(resolve, round * 15));
    await agent.stop("SIGKILL");
    await agent.start();
    if (round % 2 === 0) await agent.ready();
  }
  await agent.ready();
  const wanted: Record<string, number> = { r1: GiB / 2, r3: GiB / 4, r5: GiB / 4 };
  for (const [name, size] of Object.entries(wanted))
    await until(`${name} is as wished`, async () => (await get(name)).status?.currentSize === String(size));
  for (const name of ["r0", "r2", "r4"]) await until(`${name} is gone`, () => isGone(name));
  const uids = await Promise.all(Object.keys(wanted).map(async (name) => (await get(name)).metadata.uid ?? ""));
  assert.deepEqual(await onDisk(), uids.sort());
  await until("the room is exact", async () => (await room()) === String(9 * GiB));
  for (const name of Object.keys(wanted)) await remove(name);
});

test("the API server may be away in the middle", async () => {
  await wish("before", "1Gi");
  await plane.killApiServer();
  await plane.startApiServer();
  await made("before");
  await wish("after", "1Gi");
  await made("after");
  await until("the room is exact", async () => (await room()) === String(8 * GiB));
  await Promise.all([remove("before"), remove("after")]);
});

test("what the agent says on the Node is its own, and others' fields stay theirs", async () => {
  await plane.api.patch("/api/v1/nodes/n1", { metadata: { annotations: { "example.org/seen": "1" } } });
  await wish("later", "1Gi");
  await until("less room", async () => (await room()) === String(9 * GiB));
  assert.equal((await node()).metadata.annotations?.["example.org/seen"], "1");
  const { stdout } = await plane.kubectl(["get", "node", "n1", "-o", "yaml", "--show-managed-fields"]);
  assert.match(stdout, /manager: nativestor-node/);
  await remove("later");
});
