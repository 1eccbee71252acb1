import type { Names } from "../../capacity/names.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { deleteObject } from "../../kube/apply.ts";
import { KubeError } from "../../kube/errors.ts";
import { listPages } from "../../kube/list.ts";
import { unlessGone } from "../ignore.ts";
import { giveUp } from "../lost-node/give-up.ts";
import { type ClusterContent, type OrphanedObject, orphansIn } from "./cluster.ts";
import type { Hunt } from "./collector.ts";
import { handleOf, metadataOf, readObject, readSnapshot } from "./read.ts";

/** Looks for LogicalVolumes that nobody wants. Everything is read anew at each look: a mirror may lag, and this is seldom. */
export function clusterHunt(access: KubeAccess, names: Names): Hunt<OrphanedObject> {
  const find = async (signal: AbortSignal) => orphansIn(await readContent(access, names, signal));
  return {
    kinds: ["logical-volume", "lost-node"],
    find,
    remove: async (orphan, signal) => {
      const now = (await find(signal)).find(({ key, kind }) => key === orphan.key && kind === orphan.kind);
      if (now === undefined) return false;
      if (now.kind === "lost-node") await giveUp(access, names, now);
      else {
        const path = `/apis/${names.driver}/v1/logicalvolumes/${encodeURIComponent(now.name)}`;
        await unlessGone(deleteObject(access, path, { uid: now.uid }));
      }
      return true;
    },
  };
}

async function readContent(access: KubeAccess, names: Names, signal: AbortSignal): Promise<ClusterContent> {
  const list = lister(access, signal);
  const volumes = `/apis/${names.driver}/v1/logicalvolumes`;
  const contents = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";
  return {
    logicalVolumes: await list(volumes, (json) => readObject(json, names)),
    // before the PersistentVolumes: a claim that goes between the two leaves one behind
    claims: await list("/api/v1/persistentvolumeclaims", (json) => metadataOf(json, "uid"), true),
    handles: await list("/api/v1/persistentvolumes", (json) => handleOf(json, names)),
    snapshots: await orNone(list(contents, (json) => readSnapshot(json, names))),
    nodes: await list("/api/v1/nodes", (json) => metadataOf(json, "name"), true),
  };
}

/** Lists a collection, each object reduced at once: whole ones of a large cluster would take hundreds of megabytes. */
function lister(access: KubeAccess, signal: AbortSignal) {
  return async <T>(path: string, read: (json: unknown) => T, metadataOnly = false): Promise<T[]> => {
    const all: T[] = [];
    for await (const { items } of listPages(access, { name: path, path, metadataOnly }, signal))
      for (const json of items) all.push(read(json));
    return all;
  };
}

async function orNone<T>(list: Promise<T[]>): Promise<T[]> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return [];
    throw error;
  }
}
