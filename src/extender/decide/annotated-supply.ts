import { LRUCache } from "lru-cache";
import type { Names } from "../../capacity/names.ts";
import { type Supply, supplyFromAnnotations, supplyOf } from "../../capacity/supply.ts";

/** Supply that a node's capacity annotations tell, as JSON; "" for none. */
export type ReadSupply = (annotations: string) => Supply;

/** Texts that are kept, those last used: some for each node of the largest clusters. */
const mostKept = 20_000;

const noSupply: Supply = supplyOf(new Map());

/**
 * Reads the annotations of nodes that came whole in a request. A scheduler sends the same nodes with every pod, and few of
 * them have changed since: what was read is kept, so that 5,000 nodes cost look-ups and no parsing.
 */
export function createSupplyReader(names: Names): ReadSupply {
  const kept = new LRUCache<string, Supply>({ max: mostKept });
  return (annotations) => {
    if (annotations === "") return noSupply;
    const known = kept.get(annotations);
    if (known !== undefined) return known;
    const supply = supplyFromAnnotations(JSON.parse(annotations) as Record<string, unknown>, names);
    kept.set(annotations, supply);
    return supply;
  };
}
