import type { Names } from "../../capacity/names.ts";
import { fieldsAt, requiredNameAt } from "../../cluster/objects/fields.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { deleteObject } from "../../kube/apply.ts";
import { KubeError } from "../../kube/errors.ts";
import { listPages } from "../../kube/list.ts";
import { unlessGone } from "../ignore.ts";
import { giveUp } from "../lost-node/give-up.ts";
import { type ClusterContent, type OrphanedObject, orphansIn } from "./cluster.ts";
import type { Hunt } from "./collector.ts";

/** Looks for LogicalVolumes that nobody wants. Everything is read anew at each look: a mirror may lag, and this is seldom. */
export function clusterHunt(access: KubeAccess, names: Names): Hunt<OrphanedObject> {
  const find = async (signal: AbortSignal) => orphansIn(await readContent(access, names, signal), names);
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
  const logicalVolumes = await listAll(access, `/apis/${names.driver}/v1/logicalvolumes`, signal);
  // before the PersistentVolumes: a claim that goes between the two leaves one behind
  const claims = await listAll(access, "/api/v1/persistentvolumeclaims", signal, true);
  const persistentVolumes = await listAll(access, "/api/v1/persistentvolumes", signal);
  const snapshots = await listAll(access, "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents", signal).catch(
    (error: unknown) => {
      if (error instanceof KubeError && error.status === 404) return [];
      throw error;
    },
  );
  const nodes = await listAll(access, "/api/v1/nodes", signal, true);
  return {
    logicalVolumes,
    persistentVolumes,
    snapshots,
    claims: new Set(claims.map((json) => metadataNameAt(json, "uid"))),
    nodes: new Set(nodes.map((json) => metadataNameAt(json, "name"))),
  };
}

async function listAll(
  access: KubeAccess,
  path: string,
  signal: AbortSignal,
  metadataOnly = false,
): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const { items } of listPages(access, { name: path, path, metadataOnly }, signal)) all.push(...items);
  return all;
}

function metadataNameAt(json: unknown, field: "name" | "uid"): string {
  return requiredNameAt(fieldsAt(fieldsAt(json, "object").metadata, "metadata")[field], `metadata.${field}`);
}
