import type { ClusterView, NodeFacts } from "../cluster/view.ts";

/** What all nodes together say of one device class. */
export interface ClassOffer {
  /** Nodes that have it, those that do not tell its room included. */
  readonly nodes: number;
  /** Most free bytes on one node; undefined where no node tells. */
  readonly mostFreeBytes: bigint | undefined;
  /**
   * Bytes of the largest one; undefined unless all its nodes tell theirs. A thin pool may promise more than its size, so
   * what is free counts where it is more.
   */
  readonly largestBytes: bigint | undefined;
}

/** What the nodes offer of a class (annotation form). */
export type OfferFor = (deviceClass: string) => ClassOffer;

/** Offers that are gathered once and count until a node changes; those of classes that no node has are not kept. */
export function rememberOffers(view: Pick<ClusterView, "nodes" | "onNodeChange">): {
  readonly offerFor: OfferFor;
  readonly close: () => void;
} {
  const known = new Map<string, ClassOffer>();
  const close = view.onNodeChange(() => known.clear());
  return {
    offerFor: (deviceClass) => {
      const offer = known.get(deviceClass) ?? offerOf(deviceClass, [...view.nodes()]);
      if (offer.nodes > 0) known.set(deviceClass, offer);
      return offer;
    },
    close,
  };
}

/** Gathers what the nodes say of a class (annotation form), in one pass. */
export function offerOf(deviceClass: string, nodes: readonly NodeFacts[]): ClassOffer {
  let count = 0;
  let mostFreeBytes: bigint | undefined;
  let largestBytes: bigint | undefined;
  let isSizeTold = true;
  for (const { supply } of nodes) {
    const free = supply.freeBytes.get(deviceClass);
    if (free === undefined && !supply.bad.has(deviceClass)) continue;
    count += 1;
    mostFreeBytes = larger(mostFreeBytes, free);
    // one that does not tell is enough not to know
    if (!isSizeTold) continue;
    const size = supply.sizeBytes.get(deviceClass);
    if (size === undefined) isSizeTold = false;
    else largestBytes = larger(larger(largestBytes, size), free);
  }
  return { nodes: count, mostFreeBytes, largestBytes: isSizeTold ? largestBytes : undefined };
}

/** Option classes of the nodes that have a device class; undefined unless there is one and all of them tell theirs. */
export function optionClassesOf(deviceClass: string, nodes: readonly NodeFacts[]): ReadonlySet<string> | undefined {
  const optionClasses = new Set<string>();
  let isOffered = false;
  for (const { supply, optionClasses: told } of nodes) {
    if (!supply.freeBytes.has(deviceClass) && !supply.bad.has(deviceClass)) continue;
    if (told === undefined) return undefined;
    isOffered = true;
    for (const optionClass of told) optionClasses.add(optionClass);
  }
  return isOffered ? optionClasses : undefined;
}

/** Every device class that some node has, in order of the alphabet. */
export function offeredClasses(nodes: readonly NodeFacts[]): string[] {
  const classes = new Set<string>();
  for (const { supply } of nodes) {
    for (const deviceClass of supply.freeBytes.keys()) classes.add(deviceClass);
    for (const deviceClass of supply.bad.keys()) classes.add(deviceClass);
  }
  return [...classes].sort();
}

function larger(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}
