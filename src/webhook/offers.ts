import type { NodeFacts } from "../cluster/view.ts";

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
  /** Option classes of its nodes; undefined unless all of them tell theirs. */
  readonly optionClasses: ReadonlySet<string> | undefined;
}

/** Gathers what the nodes say of a class (annotation form), in one pass. */
export function offerOf(deviceClass: string, nodes: readonly NodeFacts[]): ClassOffer {
  let count = 0;
  let mostFreeBytes: bigint | undefined;
  let largestBytes: bigint | undefined = 0n;
  let optionClasses: Set<string> | undefined = new Set();
  for (const { supply, optionClasses: told } of nodes) {
    const free = supply.freeBytes.get(deviceClass);
    if (free === undefined && !supply.bad.has(deviceClass)) continue;
    count += 1;
    if (free !== undefined) mostFreeBytes = larger(mostFreeBytes, free);
    const size = supply.sizeBytes.get(deviceClass);
    largestBytes =
      size === undefined || largestBytes === undefined ? undefined : larger(larger(largestBytes, size), free ?? 0n);
    optionClasses = told === undefined || optionClasses === undefined ? undefined : addAll(optionClasses, told);
  }
  const isOffered = count > 0;
  return {
    nodes: count,
    mostFreeBytes,
    largestBytes: isOffered ? largestBytes : undefined,
    optionClasses: isOffered ? optionClasses : undefined,
  };
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

function larger(a: bigint | undefined, b: bigint): bigint {
  return a === undefined || b > a ? b : a;
}

function addAll(set: Set<string>, more: Iterable<string>): Set<string> {
  for (const one of more) set.add(one);
  return set;
}
