import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { startLostNodeController } from "../../../src/controllers/lost-node/start.ts";
import { eventually } from "../../support/eventually.ts";
import { clusterRig } from "../support/cluster-rig.ts";
import { wish } from "../support/node-rig.ts";

const onNode = (node: string) => ({ annotations: { "volume.kubernetes.io/selected-node": node } });

async function start(t: TestContext, keepsVolumes = false) {
  const rig = await clusterRig(t);
  rig.claim("ours-here", "ours", onNode("n1"));
  rig.claim("ours-there", "ours", onNode("n2"));
  rig.claim("theirs-here", "theirs", onNode("n1"));
  rig.api.apply(wish("here"));
  rig.api.apply(wish("there", { nodeName: "n2" }));
  const controller = startLostNodeController({ ...rig.shared, view: rig.view, keepsVolumes });
  t.after(() => controller.close());
  const node = (metadata: object) =>
    rig.api.apply({
      kind: "Node",
      metadata: { name: "n1", uid: "node-1", finalizers: ["topolvm.io/node"], ...metadata },
    });
  const left = () => ({
    claims: rig.api
      .all("PersistentVolumeClaim")
      .map(({ metadata }) => metadata.name)
      .sort(),
    volumes: rig.api
      .all("LogicalVolume")
      .map(({ metadata }) => metadata.name)
      .sort(),
  });
  const nodeGone = () => eventually("the node is gone", () => rig.api.find("Node", "n1") === undefined);
  return { ...rig, node, left, nodeGone };
}

test("with a node go the claims of ours that were placed there, and its LogicalVolumes", async (t) => {
  const { node, left, nodeGone, leaving } = await start(t);
  node({ deletionTimestamp: leaving });
  await nodeGone();
  assert.deepEqual(left(), { claims: ["ours-there", "theirs-here"], volumes: ["there"] });
});

test("a LogicalVolume is marked before it is let go, so that an agent does not guard it again", async (t) => {
  const { api, node, nodeGone, leaving } = await start(t);
  node({ deletionTimestamp: leaving });
  await nodeGone();
  const writes = api.requests.filter(
    (request) => !request.startsWith("GET") && request.includes("logicalvolumes/here"),
  );
  assert.deepEqual(
    writes.map((request) => request.split(" ")[0]),
    ["PATCH", "DELETE", "PATCH"],
  );
});

test("a node that stays keeps everything", async (t) => {
  const { api, node, left } = await start(t);
  node({});
  await eventually("it is seen", () => api.openWatches >= 4);
  assert.deepEqual(left(), { claims: ["ours-here", "ours-there", "theirs-here"], volumes: ["here", "there"] });
});

test("where volumes are to be kept, only the node is let go", async (t) => {
  const { node, left, nodeGone, leaving } = await start(t, true);
  node({ deletionTimestamp: leaving });
  await nodeGone();
  assert.deepEqual(left(), { claims: ["ours-here", "ours-there", "theirs-here"], volumes: ["here", "there"] });
});
