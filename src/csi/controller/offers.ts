import { annotationClass } from "../../capacity/device-class.ts";
import type { NodeFacts } from "../../cluster/view.ts";
import type { Offers } from "../rules/topology.ts";

/** Free bytes of a device class by node, as published; nodes that do not offer it are left out. */
export function offersOf(nodes: Iterable<NodeFacts>, deviceClass: string): Offers {
  const offers = new Map<string, bigint>();
  for (const { name, supply } of nodes) {
    const free = supply.freeBytes.get(annotationClass(deviceClass));
    if (free !== undefined) offers.set(name, free);
  }
  return offers;
}
