import type { Clock } from "../../base/clock.ts";
import type { WorkMetrics } from "../metrics.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import type { ClusterView } from "../../cluster/view.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { deleteObject, jsonPatch } from "../../kube/apply.ts";
import { withoutFinalizer } from "../../kube/finalizers.ts";
import { listPages } from "../../kube/list.ts";
import { createWorkQueue } from "../../kube/queue.ts";
import { type ReflectorObserver, startReflector } from "../../kube/reflector.ts";
import { keyOf, type Resource } from "../../kube/resource.ts";
import { createStore } from "../../kube/store.ts";
import { unlessGone } from "../ignore.ts";
import { giveUp } from "./give-up.ts";
import { type LeavingNode, readAbandoned, readLeavingNode, readPlacedClaim } from "./read.ts";

export interface LostNodeControllerOptions {
  readonly access: KubeAccess;
  readonly names: Names;
  readonly view: Pick<ClusterView, "storageClass" | "synced">;
  /** Leave claims and LogicalVolumes of nodes that are removed as they are: the node will come back with its disks. */
  readonly keepsVolumes: boolean;
  readonly observer: ReflectorObserver;
  readonly work: WorkMetrics;
  readonly clock: Clock;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  readonly log: Logger;
}

const nodes: Resource = { name: "leaving-nodes", path: "/api/v1/nodes", metadataOnly: true };
const claims: Resource = { name: "claims", path: "/api/v1/persistentvolumeclaims", metadataOnly: false };

/**
 * Follows Nodes that are being removed, as TopoLVM does: the claims of ours that were placed there are removed, so that
 * their pods can be placed anew, and so are the LogicalVolumes; then the Node is let go.
 */
export function startLostNodeController(options: LostNodeControllerOptions): { close(): Promise<void> } {
  const { access, names, view, clock, random, log } = options;
  const store = createStore<LeavingNode | undefined>((_before, after) => {
    if (after !== undefined) queue.add(after.name);
  });
  const queue = createWorkQueue({
    name: "lost-nodes",
    ...options.work("lost-nodes"),
    work,
    concurrency: 2,
    clock,
    random,
    log,
  });
  const reflector = startReflector({
    ...options,
    resource: nodes,
    transform: (json) => readLeavingNode(json, names),
    handlers: store.handlers,
  });

  async function work(name: string, signal: AbortSignal): Promise<undefined> {
    const node = store.get(name);
    if (node === undefined) return;
    if (options.keepsVolumes) log.info({ node: name }, "a node is removed, and its volumes are kept");
    else {
      await removeClaims(name, signal);
      await removeVolumes(name, signal);
    }
    const operations = withoutFinalizer(node.finalizers, names.nodeFinalizer);
    await unlessGone(jsonPatch(access, `/api/v1/nodes/${encodeURIComponent(name)}`, operations));
  }

  // one that names no class is nobody's for certain
  function isOurs(storageClass: string | undefined): boolean {
    return storageClass !== undefined && view.storageClass(storageClass)?.provisioner === names.driver;
  }

  async function removeClaims(node: string, signal: AbortSignal): Promise<void> {
    // without the StorageClasses no claim would be known for ours
    await view.synced(signal);
    for await (const { items } of listPages(access, claims, signal))
      for (const json of items) {
        const claim = readPlacedClaim(json, node);
        if (claim === undefined || !isOurs(claim.storageClass)) continue;
        const path = `/api/v1/namespaces/${claim.namespace}/persistentvolumeclaims/${claim.name}`;
        await unlessGone(deleteObject(access, path, { uid: claim.uid }));
        log.info({ node, claim: keyOf(claim.namespace, claim.name) }, "removed a claim whose node is removed");
      }
  }

  async function removeVolumes(node: string, signal: AbortSignal): Promise<void> {
    const path = `/apis/${names.driver}/v1/logicalvolumes`;
    for await (const { items } of listPages(access, { name: "logicalvolumes", path, metadataOnly: false }, signal))
      for (const json of items) {
        const volume = readAbandoned(json, node);
        if (volume === undefined) continue;
        await giveUp(access, names, volume);
        log.info({ node, volume: volume.name }, "gave up a LogicalVolume whose node is removed");
      }
  }

  return {
    close: async () => {
      await reflector.close();
      await queue.close();
    },
  };
}
