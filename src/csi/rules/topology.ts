import type { Topology, TopologyRequirement } from "../../gen/csi.ts";
import { refuse } from "./refuse.ts";

/** Nodes that a volume may be on. */
export interface Wanted {
  /** In order: the first with room. */
  readonly preferred: readonly string[];
  /** All that are possible, the preferred ones included. */
  readonly possible: ReadonlySet<string>;
}

/** Free bytes of one class by node, without the nodes that do not offer it. */
export type Offers = ReadonlyMap<string, bigint>;

/**
 * Reads a topology requirement; undefined where every node will do.
 * @throws NativestorError `invalid-argument` where it names no node of ours
 */
export function readRequirement(requirement: TopologyRequirement | undefined, key: string): Wanted | undefined {
  if (requirement === undefined) return undefined;
  const requisite = nodesOf(requirement.requisite, key);
  const preferred = nodesOf(requirement.preferred, key);
  if (requisite.length + preferred.length === 0)
    refuse("accessibility_requirements", `no topology in it has the segment ${key}`);
  // what is preferred has to be among the requisite ones, where there are any
  const possible = new Set(requisite.length > 0 ? requisite : preferred);
  return { preferred: preferred.filter((node) => possible.has(node)), possible };
}

/** Node that a topology names; undefined where it has no segment of ours. */
export function nodeOf(topology: Topology, key: string): string | undefined {
  return topology.segments[key] || undefined;
}

/** The topology of a node. */
export function topologyOf(nodeName: string, key: string): Topology {
  return { segments: { [key]: nodeName } };
}

function nodesOf(topologies: readonly Topology[], key: string): string[] {
  return topologies.map((topology) => nodeOf(topology, key)).filter((node) => node !== undefined);
}
