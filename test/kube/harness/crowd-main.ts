// The process of a crowd: the controllers of many nodes, each with an lvmd of its own over emulated groups behind its own socket.
// What a node's process has besides (CSI for kubelet, metrics, the hunt for orphans) is left out.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Registry } from "prom-client";
import { systemClock } from "../../../src/base/clock.ts";
import { createLogger } from "../../../src/base/log.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { startNodeControllers } from "../../../src/controllers/node.ts";
import { createEventRecorder } from "../../../src/kube/events/recorder.ts";
import { loadKubeAccess } from "../../../src/kube/load.ts";
import { createLvmdClient } from "../../../src/lvmd/client.ts";
import { serveLvmd } from "../../../src/lvmd/server.ts";
import { deviceClass, emulated } from "../../lvmd/samples.ts";
import type { CrowdTask } from "./crowd.ts";

const { kubeconfig, folder, nodes }: CrowdTask = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const log = createLogger({ level: "warn", format: "json" });
const clock = systemClock;
const registry = new Registry();
const access = await loadKubeAccess({ kubeconfig, clock });
const events = createEventRecorder({
  access,
  reporter: { controller: "topolvm.io/node", instance: "crowd" },
  clock,
  log,
});
const observer = { restarted: () => undefined, relisted: () => undefined, skipped: () => undefined };

async function startNode(nodeName: string, gib: Readonly<Record<string, number>>): Promise<void> {
  const names = Object.keys(gib);
  const storage = await emulated(
    names.map((name, at) => deviceClass({ name, volumeGroup: name, isDefault: at === 0 })),
    { groups: names.map((name) => ({ name, sizeBytes: BigInt(gib[name] ?? 0) << 30n })) },
  );
  const lvmdSocket = join(folder, `${nodeName}.sock`);
  await serveLvmd({ storage, socketPath: lvmdSocket, log, registry });
  await startNodeControllers({
    access,
    names: currentNames,
    nodeName,
    lvmd: createLvmdClient(lvmdSocket),
    lvmdSocket,
    patienceMs: 60_000,
    events,
    registry: new Registry(),
    observerOf: () => observer,
    clock,
    random: Math.random,
    log,
  });
}

const left = Object.entries(nodes);
const start = async () => {
  for (let node = left.shift(); node !== undefined; node = left.shift()) await startNode(...node);
};
await Promise.all(Array.from({ length: 8 }, start));
console.log(JSON.stringify({ msg: "the crowd runs", nodes: Object.keys(nodes).length }));
