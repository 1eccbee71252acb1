import { type Bytes, bytesOf } from "./bytes.ts";
import type { Found } from "./roster.ts";
import { type Supply, supplyOf } from "./supply.ts";

/** In a column: the node does not tell how much of the class is free. Less than any demand. */
export const untold = -Infinity;

/** The nodes of one question, by position. What is compared for all of them stands in columns, one for each class. */
export interface Nodes {
  readonly names: readonly string[];
  /** The names in a roster that other questions share, where there is one. */
  readonly found: Found | undefined;
  supply(at: number): Supply;
  /** Free bytes of a class, or `untold`. */
  free(deviceClass: string): readonly Bytes[];
}

/** A node that a pod may go to. */
export interface AskedNode {
  readonly name: string;
  readonly supply: Supply;
}

/** Supply of a node that nobody knows. */
export const noSupply: Supply = supplyOf(new Map());

/** Nodes whose supplies are at hand. */
export function nodesOf(nodes: readonly AskedNode[]): Nodes {
  return {
    names: nodes.map(({ name }) => name),
    found: undefined,
    supply: (at) => nodes[at]?.supply ?? noSupply,
    free: (deviceClass) => nodes.map(({ supply }) => freeOf(supply, deviceClass)),
  };
}

export function freeOf({ freeBytes }: Supply, deviceClass: string): Bytes {
  const free = freeBytes.get(deviceClass);
  return free === undefined ? untold : bytesOf(free);
}
