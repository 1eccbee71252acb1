import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { deployAgents, registerNode, startNodeAgent } from "./harness/agents.ts";
import type { KubeObject } from "./harness/api.ts";
import { startControlPlane } from "./harness/control-plane.ts";
import { until } from "./harness/until.ts";

const account = "system:serviceaccount:nativestor-system:nativestor-node";
const volumes = 20;
const windowMs = 30_000;
/** How often kubelet writes the Node's status where nothing changes: here sixty times as often. */
const heartbeatMs = 5_000;

const plane = await startControlPlane("idle", { auditRules: [{ level: "Metadata", users: [account] }] });
await deployAgents(plane);
await registerNode(plane, "n1");
// orphans are looked for every ten minutes: here a hundred times as often
const agent = await startNodeAgent(plane, "n1", "100Gi", ["--orphan-interval", "6s", "--orphan-grace", "0s"]);
after(async () => {
  await agent.stop();
  await plane.stop();
});
await agent.ready();

interface Asked {
  readonly verb: string;
  readonly requestURI: string;
  readonly stageTimestamp: string;
}

/** What the agent has asked for, but for its watches and leases. */
async function asked(): Promise<string[]> {
  const lines = (await readFile(plane.workspace.path("audit.log"), "utf8")).split("\n").filter((line) => line !== "");
  return lines
    .map((line) => JSON.parse(line) as Asked)
    .filter(({ verb, requestURI }) => verb !== "watch" && !requestURI.includes("/leases"))
    .map(({ verb, requestURI, stageTimestamp }) => `${stageTimestamp} ${verb} ${requestURI}`);
}

test(`an agent with ${volumes} volumes and nothing to do asks the API server for nothing`, async () => {
  const path = "/apis/topolvm.io/v1/logicalvolumes";
  for (let at = 0; at < volumes; at += 1)
    await plane.api.create(path, {
      apiVersion: "topolvm.io/v1",
      kind: "LogicalVolume",
      metadata: { name: `v${at}`, finalizers: ["topolvm.io/logicalvolume"] },
      spec: { name: `v${at}`, nodeName: "n1", size: "1Gi", deviceClass: "ssd" },
    });
  await until("all are made and counted", async () => {
    const { metadata } = await plane.api.get("/api/v1/nodes/n1");
    const made = await plane.api.list<KubeObject & { status?: { volumeID?: string } }>(path);
    const room = metadata.annotations?.["capacity.topolvm.io/ssd"];
    return room === String((100 - volumes) * 2 ** 30) && made.every(({ status }) => status?.volumeID !== undefined);
  });
  assert.ok((await asked()).length > volumes, "requests are seen");
  // what follows a change has been written by then
  await wait(1_000);
  const before = await asked();
  for (let passed = 0; passed < windowMs; passed += heartbeatMs) {
    const lastHeartbeatTime = new Date().toISOString();
    const conditions = [{ type: "Ready", status: "True", lastHeartbeatTime }];
    await plane.api.patch("/api/v1/nodes/n1/status", { status: { conditions } });
    await wait(heartbeatMs);
  }
  assert.deepEqual((await asked()).slice(before.length), []);
});
