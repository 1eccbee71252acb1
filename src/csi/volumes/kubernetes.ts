import type { Clock } from "../../base/clock.ts";
import { NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import { type LogicalVolume, readLogicalVolume } from "../../cluster/objects/logical-volume.ts";
import type { KubeAccess, KubeRequest } from "../../kube/access.ts";
import { listPages } from "../../kube/list.ts";
import { getObject } from "../../kube/object.ts";
import { type ReflectorObserver, startReflector } from "../../kube/reflector.ts";
import { type Resource, versionOf } from "../../kube/resource.ts";
import { createStore } from "../../kube/store.ts";
import { isGone, statusOf, storeError } from "./errors.ts";
import { clearOutcomePatch, manifestOf, resizePatch } from "./manifest.ts";
import type { LogicalVolumes } from "./port.ts";
import { createWaiters } from "./waiters.ts";

export interface KubernetesVolumesOptions {
  readonly access: KubeAccess;
  readonly names: Names;
  readonly observer: ReflectorObserver;
  readonly clock: Clock;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  readonly log: Logger;
}

const limitMs = 10_000;
const mergePatch = "application/merge-patch+json";

/** LogicalVolumes of a cluster, mirrored through one watch. Starts at once. */
export function startKubernetesVolumes(options: KubernetesVolumesOptions): LogicalVolumes {
  const { access, names, clock } = options;
  const resource: Resource = {
    name: "logicalvolumes",
    path: `/apis/${names.driver}/v1/logicalvolumes`,
    metadataOnly: false,
  };
  const waiters = createWaiters();
  const namesById = new Map<string, string>();
  const store = createStore<LogicalVolume>((before, after) => {
    if (before?.volumeId !== undefined) namesById.delete(before.volumeId);
    if (after?.volumeId !== undefined) namesById.set(after.volumeId, after.name);
    const name = (after ?? before)?.name;
    if (name !== undefined) waiters.changed(name);
  });
  const reflector = startReflector({
    ...options,
    resource,
    transform: readLogicalVolume,
    handlers: store.handlers,
  });

  // what a write answers is known before the watch tells it, so that a wait that follows does not take it for gone
  function take(json: unknown): LogicalVolume {
    const volume = readLogicalVolume(json);
    store.offer(volume.name, volume, versionOf(json) ?? "");
    return volume;
  }

  function pathOf(name: string): string {
    return `${resource.path}/${encodeURIComponent(name)}`;
  }

  async function write(path: string, request: KubeRequest): Promise<unknown> {
    return access.request(path, { limitMs, ...request });
  }

  async function patch(path: string, body: unknown): Promise<LogicalVolume> {
    return take(await write(path, { method: "PATCH", contentType: mergePatch, body }));
  }

  async function clearOutcome(volume: LogicalVolume): Promise<LogicalVolume | undefined> {
    if (volume.code === 0 && volume.message === "") return undefined;
    return patch(`${pathOf(volume.name)}/status`, clearOutcomePatch(volume));
  }

  async function search(volumeId: string): Promise<LogicalVolume | undefined> {
    for await (const { items } of listPages(access, resource, AbortSignal.timeout(limitMs))) {
      const json = items.find((item) => idOf(item) === volumeId);
      if (json !== undefined) return take(json);
    }
    return undefined;
  }

  return {
    get synced() {
      return reflector.synced;
    },
    create: async (wish) => {
      try {
        return take(await write(resource.path, { method: "POST", body: manifestOf(wish, names) }));
      } catch (error) {
        if (statusOf(error) === 409)
          throw new NativestorError("already-exists", `LogicalVolume ${wish.name} exists`, { cause: error });
        throw storeError(error);
      }
    },
    known: (name) => store.get(name),
    get: (name) =>
      funnel(async () => {
        const json = await getObject(access, pathOf(name), limitMs);
        return json === undefined ? undefined : take(json);
      }),
    find: (volumeId) => funnel(async () => store.get(namesById.get(volumeId) ?? "") ?? (await search(volumeId))),
    resize: async (volume, sizeBytes) => {
      try {
        // the wish first: a node that sees an outcome cleared takes it for a call to try what is wished for then
        const wished = await patch(pathOf(volume.name), resizePatch(volume, sizeBytes, clock.now(), names));
        return (await clearOutcome(volume)) ?? wished;
      } catch (error) {
        if (isGone(error))
          throw new NativestorError("not-found", `LogicalVolume ${volume.name} is gone`, { cause: error });
        throw storeError(error);
      }
    },
    remove: async (volume) => {
      try {
        await clearOutcome(volume);
        await write(pathOf(volume.name), {
          method: "DELETE",
          body: { kind: "DeleteOptions", apiVersion: "v1", preconditions: { uid: volume.uid } },
        });
      } catch (error) {
        if (isGone(error)) return;
        throw storeError(error);
      }
    },
    until: ({ name, uid }, passes, signal) =>
      waiters.wait(
        name,
        () => {
          const state = store.get(name);
          const found = state?.uid === uid ? state : undefined;
          return passes(found) ? { found } : undefined;
        },
        signal,
      ),
    close: () => reflector.close(),
  };
}

function idOf(json: unknown): unknown {
  return (json as { status?: { volumeID?: unknown } } | null)?.status?.volumeID;
}

async function funnel<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw storeError(error);
  }
}
