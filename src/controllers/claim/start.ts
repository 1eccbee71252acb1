import type { Clock } from "../../base/clock.ts";
import type { WorkMetrics } from "../metrics.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import type { ClusterView } from "../../cluster/view.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { deleteObject, jsonPatch } from "../../kube/apply.ts";
import { withoutFinalizer } from "../../kube/finalizers.ts";
import { listPages } from "../../kube/list.ts";
import { type Again, createWorkQueue } from "../../kube/queue.ts";
import { type ReflectorObserver, startReflector } from "../../kube/reflector.ts";
import { keyOf, type Resource } from "../../kube/resource.ts";
import { createStore } from "../../kube/store.ts";
import { unlessGone } from "../ignore.ts";
import { claimStep } from "./decide.ts";
import { type Holder, holderOf } from "./holders.ts";
import { readTroubledClaim, type TroubledClaim } from "./read.ts";

export interface ClaimControllerOptions {
  readonly access: KubeAccess;
  readonly names: Names;
  /** Tells whose a claim is. */
  readonly view: Pick<ClusterView, "lookupClaim" | "storageClass">;
  readonly observer: ReflectorObserver;
  readonly work: WorkMetrics;
  readonly clock: Clock;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  readonly log: Logger;
}

const claims: Resource = { name: "leaving-claims", path: "/api/v1/persistentvolumeclaims", metadataOnly: true };
/** As TopoLVM: while others have still to do with a claim, new pods may come that hold it. */
const againMs = 10_000;
/** As TopoLVM: the pod's data goes with the claim, so that there is little to save. */
const graceSeconds = 1;

/** Follows claims that are being removed, and removes the pods of the same namespace that hold them. */
export function startClaimController(options: ClaimControllerOptions): { close(): Promise<void> } {
  const { access, names, clock, random, log } = options;
  const store = createStore<TroubledClaim | undefined>((_before, after) => {
    if (after !== undefined) queue.add(keyOf(after.namespace, after.name));
  });
  const queue = createWorkQueue({
    name: "claims",
    ...options.work("claims"),
    work,
    concurrency: 4,
    clock,
    random,
    log,
  });
  const reflector = startReflector({
    ...options,
    resource: claims,
    transform: (json) => readTroubledClaim(json, names),
    handlers: store.handlers,
  });

  async function work(key: string, signal: AbortSignal): Promise<Again> {
    const claim = store.get(key);
    if (claim === undefined) return undefined;
    const step = claimStep(claim, await isOurs(claim), names);
    if (step.kind === "done") return undefined;
    if (step.kind === "release") {
      await jsonPatch(access, pathOf(claim), withoutFinalizer(claim.finalizers, step.finalizer));
      return undefined;
    }
    for (const pod of await holdersOf(claim, signal)) await removePod(claim, pod);
    return { afterMs: againMs };
  }

  async function isOurs({ namespace, name }: TroubledClaim): Promise<boolean> {
    const storageClass = (await options.view.lookupClaim(namespace, name))?.storageClass;
    // one that names no class is nobody's for certain
    return storageClass !== undefined && options.view.storageClass(storageClass)?.provisioner === names.driver;
  }

  // asked for, not mirrored: claims are seldom removed under pods, and pods are many
  async function holdersOf({ namespace, name }: TroubledClaim, signal: AbortSignal): Promise<Holder[]> {
    const pods: Resource = { name: "pods", path: `/api/v1/namespaces/${namespace}/pods`, metadataOnly: false };
    const holders: Holder[] = [];
    for await (const { items } of listPages(access, pods, signal))
      for (const json of items) {
        const holder = readable(() => holderOf(json, namespace, name));
        if (holder !== undefined) holders.push(holder);
      }
    return holders;
  }

  // a pod that we cannot read is none that we remove
  function readable<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      log.warn({ error: messageOf(error) }, "left out a pod that cannot be read");
      return undefined;
    }
  }

  async function removePod({ namespace, name }: TroubledClaim, pod: Holder): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod.name}`;
    await unlessGone(deleteObject(access, path, { uid: pod.uid, graceSeconds }));
    log.info(
      { pod: keyOf(namespace, pod.name), claim: keyOf(namespace, name) },
      "removed a pod whose claim is being removed",
    );
  }

  return {
    close: async () => {
      await reflector.close();
      await queue.close();
    },
  };
}

function pathOf({ namespace, name }: TroubledClaim): string {
  return `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`;
}
