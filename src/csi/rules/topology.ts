import { NativestorError } from "../../base/errors.ts";
import { annotationClass } from "../../capacity/device-class.ts";
import { formatBytes } from "../../capacity/quantity.ts";
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

/**
 * Chooses the node of a new volume: the first preferred one with room, else the one with most room. Where only one node
 * is possible, and offers the class, it is chosen whatever its published room: its lvmd knows better.
 * @throws NativestorError `resource-exhausted` with the figures, upon which csi-provisioner has the pod scheduled anew
 */
export function chooseNode(wanted: Wanted | undefined, offers: Offers, deviceClass: string, sizeBytes: bigint): string {
  const only = wanted?.possible.size === 1 ? [...wanted.possible][0] : undefined;
  if (only !== undefined && offers.has(only)) return only;
  const liked = wanted?.preferred.find((node) => (offers.get(node) ?? -1n) >= sizeBytes);
  if (liked !== undefined) return liked;
  const roomiest = roomiestOf(wanted, offers);
  if (roomiest !== undefined && roomiest.freeBytes >= sizeBytes) return roomiest.node;
  throw new NativestorError("resource-exhausted", shortfall(wanted, roomiest, deviceClass, sizeBytes));
}

function nodesOf(topologies: readonly Topology[], key: string): string[] {
  return topologies.map((topology) => nodeOf(topology, key)).filter((node) => node !== undefined);
}

interface Roomiest {
  readonly node: string;
  readonly freeBytes: bigint;
}

// of equal ones the first by name, so that every replica chooses the same
function roomiestOf(wanted: Wanted | undefined, offers: Offers): Roomiest | undefined {
  let best: Roomiest | undefined;
  for (const [node, freeBytes] of offers) {
    if (wanted !== undefined && !wanted.possible.has(node)) continue;
    const isBetter = best === undefined || freeBytes > best.freeBytes;
    if (isBetter || (freeBytes === best?.freeBytes && node < best.node)) best = { node, freeBytes };
  }
  return best;
}

function shortfall(wanted: Wanted | undefined, best: Roomiest | undefined, deviceClass: string, sizeBytes: bigint) {
  const name = annotationClass(deviceClass);
  if (best === undefined) {
    const where = wanted === undefined ? "any node" : listed([...wanted.possible]);
    return `no device class ${name} on ${where}`;
  }
  return `out of room (${name}: asked ${formatBytes(sizeBytes, "up")}, at most ${formatBytes(best.freeBytes)} free, on node ${best.node})`;
}

function listed(nodes: readonly string[]): string {
  return nodes.length > 3 ? `${nodes.slice(0, 3).join(", ")} and ${nodes.length - 3} more nodes` : nodes.join(", ");
}
