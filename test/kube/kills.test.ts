import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createChannel, createClientFactory } from "nice-grpc";
import { ControllerDefinition } from "../../src/gen/csi.ts";
import { createLvmdClient } from "../../src/lvmd/client.ts";
import { namedErrors } from "../../src/lvmd/service/errors.ts";
import { creation, gibibyte } from "../csi/support/requests.ts";
import {
  creationsAreImmediate,
  deployAgents,
  lvmdSocket,
  registerNode,
  startController,
  startNodeAgent,
} from "./harness/agents.ts";
import type { KubeObject } from "./harness/api.ts";
import { startControlPlane } from "./harness/control-plane.ts";
import { until } from "./harness/until.ts";

const rounds = Number(process.env.NATIVESTOR_KILLS ?? 40);
const seed = Number(process.env.NATIVESTOR_SEED ?? (Date.now() % 1_000_000) + 1);
const workers = 6;

const plane = await startControlPlane("kills");
await deployAgents(plane);
await registerNode(plane, "n1");
const node = await startNodeAgent(plane, "n1", "1Ti");
const controller = await startController(plane);
const agents = [node, controller];
const backoff = { "grpc.initial_reconnect_backoff_ms": 50, "grpc.max_reconnect_backoff_ms": 200 };
const channel = createChannel(`unix://${controller.csiSocket}`, undefined, backoff);
const csi = createClientFactory().use(namedErrors).create(ControllerDefinition, channel);
after(async () => {
  channel.close();
  await Promise.all(agents.map((agent) => agent.stop()));
  await plane.stop();
});
// what a killed controller has asked for would be done seconds later, and a volume be made again that is gone already
await creationsAreImmediate(plane);
await Promise.all(agents.map((agent) => agent.ready()));
await until("the controller knows the node's room", async () => {
  const { availableCapacity } = await csi.getCapacity({ parameters: { "topolvm.io/device-class": "ssd" } });
  return availableCapacity > 0n;
});

/** As the sidecars do: what fails is asked again, for as long as it takes. */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  return until("an answer", call, 60_000);
}

// xorshift, so that a run can be repeated as far as the machine allows it
let state = seed;
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

interface Kept {
  readonly id: string;
  readonly sizeBytes: bigint;
}

const kept = new Map<string, Kept>();
const parameters = { "topolvm.io/device-class": "ssd" };

async function live(name: string): Promise<void> {
  const unit = gibibyte / 8n;
  const { volume } = await insist(() =>
    csi.createVolume(creation(name, { parameters, capacityRange: { requiredBytes: unit } })),
  );
  const id = volume?.volumeId ?? "";
  kept.set(name, { id, sizeBytes: unit });
  if (random(2) === 0) {
    const sizeBytes = unit * 2n;
    await insist(() => csi.controllerExpandVolume({ volumeId: id, capacityRange: { requiredBytes: sizeBytes } }));
    kept.set(name, { id, sizeBytes });
  }
  if (random(3) === 0) {
    const { snapshot } = await insist(() => csi.createSnapshot({ sourceVolumeId: id, name: `snap-of-${name}` }));
    const snapshotId = snapshot?.snapshotId ?? "";
    assert.equal(snapshot?.sourceVolumeId, id);
    await insist(() => csi.deleteSnapshot({ snapshotId }));
  }
  if (random(3) === 0) return;
  await insist(() => csi.deleteVolume({ volumeId: id }));
  kept.delete(name);
}

test(`through ${rounds} kills of controller and node nothing is doubled, lost or left`, async (t) => {
  t.diagnostic(`NATIVESTOR_SEED=${seed}`);
  const killing = new AbortController();
  let begun = 0;
  const work = async (worker: number) => {
    while (!killing.signal.aborted) {
      begun += 1;
      await live(`w${worker}-${begun}`);
    }
  };
  const working = Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  for (let round = 0; round < rounds; round += 1) {
    const agent = agents[random(2)];
    // at any moment of the work, which is the point of it
    await wait(50 + random(400));
    await agent?.stop("SIGKILL");
    await agent?.start();
    if (random(2) === 0) await agent?.ready();
  }
  killing.abort();
  await Promise.all(agents.map((agent) => agent.ready()));
  await working;

  const objects = await plane.api.list<KubeObject & { status: { volumeID: string; currentSize: string } }>(
    "/apis/topolvm.io/v1/logicalvolumes",
  );
  const expected = [...kept].map(([name, { id, sizeBytes }]) => ({ name, id, size: String(sizeBytes) }));
  const byName = <T extends { name: string }>(all: T[]) => all.sort((a, b) => a.name.localeCompare(b.name));
  const seen = objects.map(({ metadata, status }) => ({
    name: metadata.name,
    id: status.volumeID,
    size: status.currentSize,
  }));
  assert.deepEqual(byName(seen), byName(expected));
  const lvmd = createLvmdClient(lvmdSocket(plane, "n1"));
  const { volumes } = await lvmd.groups.getLVList({ deviceClass: "ssd" });
  lvmd.close();
  const onDisk = volumes.map(({ name, sizeBytes }) => ({ name, size: String(sizeBytes) }));
  assert.deepEqual(byName(onDisk), byName(expected.map(({ id, size }) => ({ name: id, size }))));
  const takenBytes = [...kept.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0n);
  await until("the room is exact", async () => {
    const { metadata } = await plane.api.get("/api/v1/nodes/n1");
    return metadata.annotations?.["capacity.topolvm.io/ssd"] === String(1024n * gibibyte - takenBytes);
  });
  assert.ok(begun > workers, `${begun} volumes were begun`);
});
