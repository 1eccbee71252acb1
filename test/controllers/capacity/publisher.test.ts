import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceClass, emulated } from "../../lvmd/samples.ts";
import { eventually } from "../../support/eventually.ts";
import { nodeRig, wish } from "../support/node-rig.ts";

const GiB = 1n << 30n;
const MiB = 1n << 20n;

test("a node says what room each class has, and the default one under its own name too", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode({ annotations: { theirs: "1" }, labels: { zone: "a" } });
  await rig.start();
  await eventually("room", () => rig.room("ssd") !== undefined);
  const { ["topolvm.io/capacity-generation"]: generation, ...rest } = rig.annotations();
  assert.deepEqual(rest, {
    theirs: "1",
    "capacity.topolvm.io/00default": String(GiB),
    "capacity.topolvm.io/ssd": String(GiB),
    "capacity.topolvm.io/thin": String(2n * GiB),
    "topolvm.io/lvcreate-option-classes": "plain",
  });
  assert.match(generation ?? "", /^[1-9]\d*$/);
  const node = rig.api.find("Node", "n1");
  assert.deepEqual(node?.metadata.labels, { zone: "a", "topology.topolvm.io/node": "n1" });
  assert.deepEqual(node?.metadata.finalizers, ["topolvm.io/node"]);
});

test("a node whose lvmd has no option classes says so", async (t) => {
  const storage = await emulated([deviceClass()]);
  const rig = await nodeRig(t, { storage: { ...storage, optionClasses: () => [] } });
  rig.addNode();
  await rig.start();
  await eventually("room", () => rig.room("ssd") !== undefined);
  assert.equal(rig.annotations()["topolvm.io/lvcreate-option-classes"], "");
});

test("a node without a default class names none", async (t) => {
  const rig = await nodeRig(t, { storage: await emulated([deviceClass()]) });
  rig.addNode();
  await rig.start();
  await eventually("room", () => rig.room("ssd") !== undefined);
  assert.equal(rig.room("00default"), undefined);
});

test("room that is taken and given back is published", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode();
  await rig.start();
  rig.api.apply(wish("a"));
  await eventually("less room", () => rig.room("ssd") === String(GiB - 128n * MiB));
  await rig.remove("a");
  await eventually("more room", () => rig.room("ssd") === String(GiB));
});

test("classes that are not there any more are taken away, whoever named them", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode({ annotations: { "capacity.topolvm.io/old": "5" } });
  await rig.start();
  await eventually("no old class", () => rig.room("ssd") !== undefined && rig.room("old") === undefined);
});

test("what somebody else writes over is written again", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode();
  await rig.start();
  await eventually("room", () => rig.room("ssd") !== undefined);
  const node = rig.api.find("Node", "n1");
  assert.ok(node);
  const annotations = { ...rig.annotations(), "capacity.topolvm.io/ssd": "7" };
  rig.api.apply({ ...node, metadata: { ...node.metadata, annotations } });
  await eventually("room", () => rig.room("ssd") === String(GiB));
});

test("many changes at once are few writes", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode();
  await rig.start();
  await eventually("room", () => rig.room("ssd") !== undefined);
  const begin = performance.now();
  for (let i = 0; i < 20; i += 1) rig.api.apply(wish(`v${i}`, { size: "16Mi" }));
  await eventually("less room", () => rig.room("ssd") === String(GiB - 320n * MiB));
  const writes = rig.api.requests.filter((request) => request.startsWith("PATCH /api/v1/nodes/")).length;
  assert.ok(writes <= 2 + (performance.now() - begin) / 250, `${writes} writes`);
});

test("an agent that finds everything as it should be writes nothing", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode();
  const first = await rig.start();
  await eventually("room", () => rig.room("ssd") !== undefined);
  await first.stop();
  const { version } = rig.api;
  const second = await rig.start();
  await eventually("ready", () => second.controllers.isReady);
  rig.addNode({ ...rig.api.find("Node", "n1")?.metadata, labels: { "topology.topolvm.io/node": "n1", more: "1" } });
  await second.stop();
  assert.equal(rig.api.version, version + 1, "only what the test wrote");
});

test("a short absence of lvmd changes nothing", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode();
  const { controllers } = await rig.start();
  await eventually("room", () => rig.room("ssd") !== undefined);
  const { version } = rig.api;
  await rig.stopLvmd();
  await eventually("absence", () => !controllers.isReady);
  await rig.startLvmd();
  await eventually("return", () => controllers.isReady);
  assert.equal(rig.api.version, version);
});

test("a long absence of lvmd leaves no room, says so, and is forgotten when it is back", async (t) => {
  const rig = await nodeRig(t, { patienceMs: 100 });
  rig.addNode();
  await rig.start();
  await eventually("room", () => rig.room("ssd") === String(GiB));
  await rig.stopLvmd();
  await eventually("no room", () => rig.room("ssd") === "0");
  assert.deepEqual([rig.room("00default"), rig.room("thin")], ["0", "0"]);
  assert.ok(Date.parse(rig.annotations()["topolvm.io/capacity-unavailable-since"] ?? "") > 0);
  await eventually("an event", () => rig.api.all("Event").some(({ reason }) => reason === "LvmdUnavailable"));
  await rig.startLvmd();
  await eventually("room", () => rig.room("ssd") === String(GiB));
  assert.equal(rig.annotations()["topolvm.io/capacity-unavailable-since"], undefined);
});

test("a Node that is leaving is left alone, and one that is made anew is written on", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode({ deletionTimestamp: "2026-11-24T20:00:00Z" });
  const { controllers } = await rig.start();
  await eventually("ready", () => controllers.isReady);
  rig.api.remove({ kind: "Node", metadata: { name: "n1" } });
  rig.addNode({ uid: "node-2" });
  await eventually("room", () => rig.room("ssd") === String(GiB));
});

test("a Node that is not there is not made", async (t) => {
  const rig = await nodeRig(t);
  const { controllers } = await rig.start();
  await eventually("ready", () => controllers.isReady);
  rig.api.apply(wish("a"));
  await rig.made("a");
  assert.equal(rig.api.find("Node", "n1"), undefined);
});
