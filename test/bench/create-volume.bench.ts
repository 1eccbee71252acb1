import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createChannel, createClientFactory } from "nice-grpc";
import { Registry } from "prom-client";
import { bundle } from "../../scripts/bundle.ts";
import { silentLogger } from "../../src/base/log.ts";
import { ControllerDefinition } from "../../src/gen/csi.ts";
import { createLvmdClient } from "../../src/lvmd/client.ts";
import { serveLvmd } from "../../src/lvmd/server.ts";
import type { Storage } from "../../src/lvmd/storage.ts";
import { blockCapability } from "../csi/support/requests.ts";
import { creationsAreImmediate, deployAgents, registerNode, tokenOf } from "../kube/harness/agents.ts";
import { startControlPlane } from "../kube/harness/control-plane.ts";
import { until } from "../kube/harness/until.ts";
import { deviceClass, emulated } from "../lvmd/samples.ts";
import { startAgent } from "./support/agent.ts";
import type { Bench } from "./support/bench.ts";
import { figure, median, summarize } from "./support/stats.ts";

/** What an lvcreate takes on a common machine. */
const lvcreateMs = 25;
const rounds = 60;
const bursts = 5;
const together = 20;
const sizeBytes = 4n << 20n;
const parameters = { "topolvm.io/device-class": "ssd" };

/** A volume by way of CSI, the API server and the node. */
export const bench: Bench = {
  title: "CreateVolume through an API server",
  about: `A real API server and etcd, and the production bundle as \`controller\` and \`node\`; lvmd is ours over emulated disks, on which a volume takes ${lvcreateMs} ms, one at a time,
as an lvcreate does. CreateLV asked of lvmd itself and CreateVolume asked of the controller take turns, ${rounds} volumes each. Then ${together} CreateVolume at once against ${together} CreateLV in sequence, ${bursts} times.`,
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), "nativestor-bench-"));
    await bundle(join(folder, "dist"));
    const plane = await startControlPlane("bench");
    try {
      say("the API server is up");
      await using cluster = await startCluster(plane, folder);
      return findings(await measure(cluster, say));
    } finally {
      await plane.stop();
      await rm(folder, { recursive: true });
    }
  },
};

type Plane = Awaited<ReturnType<typeof startControlPlane>>;
type Cluster = Awaited<ReturnType<typeof startCluster>>;

async function startCluster(plane: Plane, folder: string) {
  await deployAgents(plane);
  await registerNode(plane, "n1");
  await creationsAreImmediate(plane);
  const { metadata } = await plane.api.get("/api/v1/nodes/n1");
  const boundObjectRef = { apiVersion: "v1", kind: "Node", name: "n1", uid: metadata.uid };
  const storage = await emulated([deviceClass({ isDefault: true })]);
  const socketPath = join(folder, "lvmd.sock");
  const log = silentLogger;
  const lvmd = await serveLvmd({ storage: slow(storage), socketPath, log, registry: new Registry(), graceMs: 100 });
  const dist = join(folder, "dist");
  const nodeToken = await tokenOf(plane, "nativestor-node", { boundObjectRef });
  const node = await startAgent({
    dist,
    role: "node",
    kubeconfig: plane.kubeconfigFor("node", nodeToken),
    folder,
    args: ["--node-name", "n1", "--lvmd-socket", socketPath, "--state-dir", join(folder, "state")],
  });
  const controllerToken = await tokenOf(plane, "nativestor-controller");
  const kubeconfig = plane.kubeconfigFor("controller", controllerToken);
  const controller = await startAgent({ dist, role: "controller", kubeconfig, folder });
  const channel = createChannel(`unix://${controller.csiSocket}`);
  const csi = createClientFactory().create(ControllerDefinition, channel);
  const disk = createLvmdClient(socketPath);
  await until("the room is known", async () => (await csi.getCapacity({ parameters })).availableCapacity > 0n);
  return {
    csi,
    disk,
    async [Symbol.asyncDispose]() {
      channel.close();
      disk.close();
      controller.stop();
      node.stop();
      await lvmd.close();
      await storage.close();
    },
  };
}

/** Storage on which a volume takes its time, one at a time. */
function slow(storage: Storage): Storage {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...storage,
    createVolume: (request) => {
      const made = last.then(() => wait(lvcreateMs)).then(() => storage.createVolume(request));
      last = made.catch(() => undefined);
      return made;
    },
  };
}

interface Seen {
  readonly direct: number[];
  readonly throughCsi: number[];
  readonly sequence: number[];
  readonly atOnce: number[];
}

async function measure({ csi, disk }: Cluster, say: (text: string) => void): Promise<Seen> {
  const direct = () => disk.volumes.createLV({ name: randomUUID(), deviceClass: "ssd", sizeBytes });
  const throughCsi = () =>
    csi.createVolume({
      name: `pvc-${randomUUID()}`,
      parameters,
      capacityRange: { requiredBytes: sizeBytes },
      volumeCapabilities: [blockCapability],
    });
  const removeDirect = (made: Awaited<ReturnType<typeof direct>>) =>
    disk.volumes.removeLV({ name: made.volume?.name ?? "", deviceClass: "ssd" });
  const removeThroughCsi = (made: Awaited<ReturnType<typeof throughCsi>>) =>
    csi.deleteVolume({ volumeId: made.volume?.volumeId ?? "" });
  const seen: Seen = { direct: [], throughCsi: [], sequence: [], atOnce: [] };
  // the first ones compile what the others use
  for (let round = -10; round < rounds; round += 1) {
    await timed(round < 0 ? [] : seen.direct, direct, removeDirect);
    await timed(round < 0 ? [] : seen.throughCsi, throughCsi, removeThroughCsi);
  }
  for (let round = 1; round <= bursts; round += 1) {
    say(`burst ${round} of ${bursts}`);
    await timed(seen.sequence, () => inSequence(direct), each(removeDirect));
    await timed(seen.atOnce, () => Promise.all(Array.from({ length: together }, throughCsi)), each(removeThroughCsi));
  }
  return seen;
}

async function timed<T>(times: number[], run: () => Promise<T>, undo: (made: T) => Promise<unknown>): Promise<void> {
  const start = performance.now();
  const made = await run();
  times.push(performance.now() - start);
  await undo(made);
}

async function inSequence<T>(run: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let count = 0; count < together; count += 1) all.push(await run());
  return all;
}

function each<T>(undo: (made: T) => Promise<unknown>) {
  return (all: readonly T[]) => Promise.all(all.map(undo));
}

function findings({ direct, throughCsi, sequence, atOnce }: Seen) {
  const row = (name: string, times: readonly number[]) => {
    const { p50, p99, max } = summarize(times);
    return [name, ...[p50, p99, max].map(figure)];
  };
  const [bare, whole] = [summarize(direct).p50, summarize(throughCsi).p50];
  const allowedMs = 1.3 * bare + 50;
  const ratio = median(atOnce) / median(sequence);
  return {
    tables: [
      {
        caption: "One volume, ms",
        columns: ["", "p50", "p99", "max"],
        rows: [row("CreateLV", direct), row("CreateVolume", throughCsi)],
      },
      {
        caption: `${together} volumes, ms`,
        columns: ["", "p50", "p99", "max"],
        rows: [row("CreateLV, one after the other", sequence), row("CreateVolume, all at once", atOnce)],
      },
    ],
    goals: [
      {
        text: "CreateVolume ≤ 1.3 × CreateLV + 50 ms (p50)",
        seen: `${figure(whole)} of ${figure(allowedMs)} ms`,
        met: whole <= allowedMs,
      },
      { text: `${together} at once ≤ 1.1 × in sequence`, seen: `${figure(ratio)} ×`, met: ratio <= 1.1 },
    ],
  };
}
