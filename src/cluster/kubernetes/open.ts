import type { Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { ClaimFacts } from "../../capacity/demand.ts";
import type { Names } from "../../capacity/names.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { startPromptness } from "../../kube/promptness.ts";
import { startPulse } from "../../kube/pulse.ts";
import { type Reflector, startReflector } from "../../kube/reflector.ts";
import { keyOf, type Resource } from "../../kube/resource.ts";
import { createStore, type Store } from "../../kube/store.ts";
import { registerViewGauges } from "../metrics.ts";
import { createNodeListeners } from "../node-listeners.ts";
import { readClaim } from "../objects/claim.ts";
import { type CountedVolume, readCountedVolume } from "../objects/counted.ts";
import { readNode } from "../objects/node.ts";
import { type DatedStorageClass, defaultStorageClass, readStorageClass } from "../objects/storage-class.ts";
import type { TraceListener, Traces } from "../traces.ts";
import type { ClusterView, NodeFacts } from "../view.ts";
import { whenAborted } from "../when-aborted.ts";
import { ageOf } from "./age.ts";
import { createLookup } from "./lookup.ts";
import { countNothing, type ObserverOf, registerWatchCounters } from "./metrics.ts";
import { mirrorVolumes } from "./volumes.ts";
import { claimPath, claims, isObjectName, nodes, storageClasses, storageClassPath } from "./resources.ts";

export interface KubernetesViewOptions {
  /** Stays the caller's to close. */
  readonly access: KubeAccess;
  readonly names: Names;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 ≤ random < 1; spreads replicas. */
  readonly random: () => number;
  readonly registry?: Registry | undefined;
  /** Mirrors LogicalVolumes too, and tells what becomes of promises. */
  readonly withTraces?: boolean;
}

/** A view of a real cluster. */
export interface KubernetesView extends ClusterView {
  /** Where they were asked for. */
  readonly traces: Traces | undefined;
}

/** A view that mirrors the API server: the metadata of its nodes, its claims and its StorageClasses. Begins at once. */
export function openKubernetesView(options: KubernetesViewOptions): KubernetesView {
  const { access, names, clock, log, random, registry, withTraces = false } = options;
  const listeners = createNodeListeners(log);
  let tracing: TraceListener | undefined;
  const nodeStore = createStore<NodeFacts>((before, after) => {
    tracing?.node(before, after);
    listeners.changed(before, after);
  });
  const claimStore = createStore<ClaimFacts>((before, after) => tracing?.claim(before, after));
  const volumeStore = createStore<CountedVolume>((before, after) => tracing?.volume(before, after));
  let defaultClass: DatedStorageClass | undefined;
  const classStore: Store<DatedStorageClass> = createStore(() => {
    defaultClass = defaultStorageClass(classStore.values());
    tracing?.classes();
  });

  const observerOf: ObserverOf = registry === undefined ? countNothing : registerWatchCounters(registry);

  function mirror<T>(resource: Resource, store: Store<T>, transform: (object: unknown) => T): Reflector {
    const { handlers } = store;
    const observer = observerOf(resource.name);
    return startReflector({ access, resource, transform, handlers, observer, clock, random, log });
  }
  const reflectors: readonly Reflector[] = [
    mirror(nodes, nodeStore, (object) => readNode(object, names)),
    mirror(claims, claimStore, readClaim),
    mirror(storageClasses, classStore, readStorageClass),
  ];
  const start = (resource: Resource) => mirror(resource, volumeStore, readCountedVolume);
  const volumes = withTraces ? mirrorVolumes({ access, names, clock, log, start }) : undefined;
  const pulse = startPulse(access, clock, () => {
    for (const one of [...reflectors, volumes]) one?.reconnect("the API server does not answer");
  });
  // the traces that are waited for are those of claims
  const promptness = withTraces
    ? startPromptness(access, claims.path, clock, () => tracing?.isWaiting() === true)
    : undefined;
  const ageMs = () => ageOf(reflectors, pulse.lastContactMs, clock.monotonic());
  const stores = {
    [nodes.name]: nodeStore,
    [claims.name]: claimStore,
    [storageClasses.name]: classStore,
    ...(withTraces && { logicalvolumes: volumeStore }),
  };
  const objects = () => Object.fromEntries(Object.entries(stores).map(([name, { size }]) => [name, size]));
  if (registry !== undefined) registerViewGauges(registry, { ageMs, objects, nodes: () => nodeStore.values() });

  const lookupClaim = createLookup(access, claimStore, readClaim);
  const lookupStorageClass = createLookup(access, classStore, readStorageClass);
  const allSynced = Promise.all(reflectors.map((reflector) => reflector.whenSynced()));
  const traces: Traces | undefined = volumes && {
    claims: () => claimStore.values(),
    volumes: () => volumeStore.values(),
    hasVolumes: () => volumes.exist(),
    isFollowing: () =>
      promptness?.isSlow !== true &&
      volumes.isFollowing() &&
      reflectors.every(({ synced, connected }) => synced && connected),
    whenSynced: async () => void (await Promise.all([allSynced, volumes.whenSynced()])),
    listen: (listener) => {
      tracing = listener;
      return () => {
        if (tracing === listener) tracing = undefined;
      };
    },
  };

  return {
    node: (name) => nodeStore.get(name),
    nodes: () => nodeStore.values(),
    claim: (namespace, name) => claimStore.get(keyOf(namespace, name)),
    storageClass: (name) => (name === undefined ? defaultClass : classStore.get(name)),
    lookupClaim: async (namespace, name) => {
      const known = claimStore.get(keyOf(namespace, name));
      if (known !== undefined || !isObjectName(namespace) || !isObjectName(name)) return known;
      return lookupClaim(keyOf(namespace, name), claimPath(namespace, name));
    },
    confirmClaim: async (namespace, name) =>
      isObjectName(namespace) && isObjectName(name)
        ? lookupClaim(keyOf(namespace, name), claimPath(namespace, name))
        : undefined,
    lookupStorageClass: async (name) => {
      const known = classStore.get(name);
      if (known !== undefined || !isObjectName(name)) return known;
      return lookupStorageClass(name, storageClassPath(name));
    },
    health: () => ({ synced: reflectors.every(({ synced }) => synced), ageMs: ageMs() }),
    synced: async (signal) => {
      await (signal === undefined ? allSynced : Promise.race([allSynced, whenAborted(signal)]));
    },
    onNodeChange: (listener) => listeners.add(listener),
    traces,
    close: async () => {
      pulse.close();
      promptness?.close();
      await Promise.all([...reflectors.map((reflector) => reflector.close()), volumes?.close()]);
    },
  };
}
