import type { ClaimFacts, StorageClassFacts } from "../../src/capacity/demand.ts";
import { currentNames } from "../../src/capacity/names.ts";
import { type Supply, supplyOf } from "../../src/capacity/supply.ts";
import type { ClusterView, NodeFacts, ViewHealth } from "../../src/cluster/view.ts";

/** A `ClusterView` in memory whose content and health a test sets. */
export interface FakeView extends ClusterView {
  /** Adds or replaces a node and tells the listeners. */
  setNode(name: string, supply: Supply, optionClasses?: ReadonlySet<string>): void;
  removeNode(name: string): void;
  setClaim(claim: ClaimFacts): void;
  setStorageClass(storageClass: StorageClassFacts): void;
  setHealth(health: ViewHealth): void;
  /** From now on lookups ask this "source" too; it may throw. Without one, they answer what the view holds. */
  setSource(source: FakeSource | undefined): void;
  /** Every lookup so far, as `claim NAMESPACE/NAME` or `storageclass NAME`. */
  readonly lookups: string[];
}

interface FakeSource {
  claim?(namespace: string, name: string): ClaimFacts | undefined;
  storageClass?(name: string): StorageClassFacts | undefined;
}

/** A view that is synced, fresh and empty. */
export function createFakeView(): FakeView {
  const nodes = new Map<string, NodeFacts>();
  const claims = new Map<string, ClaimFacts>();
  const storageClasses = new Map<string, StorageClassFacts>();
  const listeners = new Set<(node: NodeFacts) => void>();
  const lookups: string[] = [];
  let health: ViewHealth = { synced: true, ageMs: 0 };
  let source: FakeSource | undefined;

  const defaultClass = () => [...storageClasses.values()].findLast((one) => one.isDefault);
  return {
    lookups,
    node: (name) => nodes.get(name),
    nodes: () => nodes.values(),
    claim: (namespace, name) => claims.get(`${namespace}/${name}`),
    storageClass: (name) => (name === undefined ? defaultClass() : storageClasses.get(name)),
    lookupClaim: async (namespace, name) => {
      lookups.push(`claim ${namespace}/${name}`);
      return claims.get(`${namespace}/${name}`) ?? source?.claim?.(namespace, name);
    },
    confirmClaim: async (namespace, name) => {
      lookups.push(`confirm ${namespace}/${name}`);
      const found = source?.claim === undefined ? claims.get(`${namespace}/${name}`) : source.claim(namespace, name);
      if (found !== undefined) claims.set(`${namespace}/${name}`, found);
      return found;
    },
    lookupStorageClass: async (name) => {
      lookups.push(`storageclass ${name}`);
      return storageClasses.get(name) ?? source?.storageClass?.(name);
    },
    health: () => health,
    synced: async () => {},
    onNodeChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {},
    setNode: (name, supply, optionClasses) => {
      const node: NodeFacts = { name, supply, optionClasses };
      nodes.set(name, node);
      for (const listener of listeners) listener(node);
    },
    removeNode: (name) => {
      nodes.delete(name);
      for (const listener of listeners) listener({ name, supply: supplyOf(new Map()), optionClasses: undefined });
    },
    setClaim: (claim) => void claims.set(`${claim.namespace}/${claim.name}`, claim),
    setStorageClass: (storageClass) => void storageClasses.set(storageClass.name, storageClass),
    setHealth: (next) => {
      health = next;
    },
    setSource: (next) => {
      source = next;
    },
  };
}

export const gibibyte = 1n << 30n;

/** A supply from free GiB by class, such as `{ ssd: 100 }`. */
export function roomOf(freeGibibytes: Record<string, number>): Supply {
  return supplyOf(new Map(Object.entries(freeGibibytes).map(([name, free]) => [name, BigInt(free) * gibibyte])));
}

/** An unbound claim in namespace `default`, with what a test wants otherwise. */
export function claimFacts(name: string, facts: Partial<ClaimFacts> = {}): ClaimFacts {
  return { namespace: "default", name, storageClass: "ssd", requestBytes: gibibyte, bound: false, ...facts };
}

/** A StorageClass of ours, of the device class given. */
export function storageClassFacts(name: string, deviceClass: string | undefined): StorageClassFacts {
  const parameters = deviceClass === undefined ? {} : { [currentNames.deviceClassParameter]: deviceClass };
  return { name, provisioner: currentNames.driver, parameters, isDefault: false };
}
