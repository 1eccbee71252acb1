import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { Registry } from "prom-client";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { startNodeControllers } from "../../../src/controllers/node.ts";
import { createEventRecorder } from "../../../src/kube/events/recorder.ts";
import { createLvmdClient } from "../../../src/lvmd/client.ts";
import { type LvmdServer, serveLvmd } from "../../../src/lvmd/server.ts";
import type { Storage } from "../../../src/lvmd/storage.ts";
import { type KubeObject, startFakeApiServer } from "../../cluster/fake-api-server.ts";
import { accessTo } from "../../kubeclient/support.ts";
import { deviceClass, emulated, thinClass } from "../../lvmd/samples.ts";
import { eventually } from "../../support/eventually.ts";

const observer = { restarted: () => undefined, relisted: () => undefined, skipped: () => undefined };

/** A LogicalVolume as a controller wishes for it. */
export function wish(name: string, spec: object = {}, metadata: object = {}): KubeObject {
  return {
    apiVersion: "topolvm.io/v1",
    kind: "LogicalVolume",
    metadata: { name, uid: `uid-${name}`, finalizers: ["topolvm.io/logicalvolume"], ...metadata },
    spec: { name, nodeName: "n1", size: "128Mi", deviceClass: "ssd", ...spec },
  };
}

interface Status {
  readonly volumeID?: string;
  readonly currentSize?: string;
  readonly code?: number;
  readonly message?: string;
  readonly counted?: { readonly generation: number; readonly earlierSize: string };
}

/** The controllers of node n1 between the twin of an API server and an emulated lvmd with 1 GiB of `ssd` and of `thin`. */
export async function nodeRig(t: TestContext, options: { patienceMs?: number; storage?: Storage } = {}) {
  const api = await startFakeApiServer();
  t.after(() => api.close());
  const folder = await mkdtemp(join(tmpdir(), "nativestor-node-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const storage =
    options.storage ?? (await emulated([deviceClass({ isDefault: true }), thinClass(2, { volumeGroup: "other" })]));
  t.after(() => storage.close());
  const lvmdSocket = join(folder, "lvmd.sock");
  let server: LvmdServer | undefined;
  const startLvmd = async () => {
    server = await serveLvmd({
      storage,
      socketPath: lvmdSocket,
      log: silentLogger,
      registry: new Registry(),
      graceMs: 100,
    });
  };
  const stopLvmd = async () => {
    await server?.close();
    server = undefined;
  };
  await startLvmd();
  t.after(stopLvmd);
  const access = accessTo(t, api.url);

  const start = async () => {
    const lvmd = createLvmdClient(lvmdSocket);
    const reporter = { controller: "topolvm.io/node", instance: "n1" };
    const events = createEventRecorder({ access, reporter, clock: systemClock, log: silentLogger });
    const controllers = await startNodeControllers({
      access,
      names: currentNames,
      nodeName: "n1",
      lvmd,
      lvmdSocket,
      patienceMs: options.patienceMs ?? 60_000,
      events,
      registry: new Registry(),
      observerOf: () => observer,
      clock: systemClock,
      random: () => 0.5,
      log: silentLogger,
    });
    let isOpen = true;
    const stop = async () => {
      if (!isOpen) return;
      isOpen = false;
      await controllers.close();
      await events.close();
      lvmd.close();
    };
    t.after(stop);
    return { stop, controllers };
  };

  const statusOf = (name: string) => (api.find("LogicalVolume", name)?.status ?? {}) as Status;
  const annotations = () => (api.find("Node", "n1")?.metadata.annotations ?? {}) as Record<string, string>;
  const room = (name: string) => annotations()[`capacity.topolvm.io/${name}`];
  const onDisk = async (name = "ssd") => (await storage.listVolumes(name)).map((volume) => volume.name).sort();
  const made = (name: string) =>
    eventually(`${name} is made`, () => statusOf(name).volumeID !== undefined || statusOf(name).code !== undefined);
  const gone = (name: string) => eventually(`${name} is gone`, () => api.find("LogicalVolume", name) === undefined);
  const addNode = (metadata: object = {}) =>
    api.apply({ kind: "Node", metadata: { name: "n1", uid: "node-1", ...metadata } });
  /** As `kubectl delete` does. */
  const remove = (name: string) =>
    access.request(`/apis/topolvm.io/v1/logicalvolumes/${name}`, { method: "DELETE", body: {} });
  const patch = (name: string, body: object, part = "") =>
    access.request(`/apis/topolvm.io/v1/logicalvolumes/${name}${part}`, {
      method: "PATCH",
      contentType: "application/merge-patch+json",
      body,
    });
  return {
    api,
    access,
    storage,
    start,
    startLvmd,
    stopLvmd,
    statusOf,
    annotations,
    room,
    onDisk,
    made,
    gone,
    addNode,
    remove,
    patch,
  };
}
