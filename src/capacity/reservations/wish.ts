import { formatBytes } from "../quantity.ts";
import type { Field } from "../field.ts";

/** A volume that is about to be made, or to grow, without a pod whose node would tell where. */
export interface VolumeWish {
  /** Of its LogicalVolume. */
  readonly name: string;
  /** Annotation form. */
  readonly deviceClass: string;
  /** What it takes beyond what it has; all of a new one. */
  readonly moreBytes: bigint;
  /** What will be asked of it in all. */
  readonly wantedBytes: bigint;
  /** It has still to be made. */
  readonly isNew: boolean;
  /** Where it may be; undefined where every node will do. */
  readonly possible: ReadonlySet<string> | undefined;
  /** In order: the first of these that has room, before others. */
  readonly preferred: readonly string[];
}

/** Where a volume gets its room, or why nowhere. */
export type Grant =
  | { readonly node: string }
  /** `isPassing`: only for holds that may be gone in a moment. */
  | { readonly refusal: string; readonly isPassing: boolean };

/**
 * Chooses the node of a volume: the first preferred one with room, else the one with most room, of equal ones the first by
 * name. Where only one is possible and nothing is promised there to others, it is chosen whatever its published room: its lvmd knows better.
 * @param field the nodes, with what is reserved for others
 */
export function nodeFor(wish: VolumeWish, field: Field): string | undefined {
  const rooms = roomsOf(wish, field);
  const [only] = rooms;
  if (wish.possible?.size === 1 && only !== undefined && only.reservedBytes <= 0n) return only.node;
  const fitting = rooms.filter(({ leftBytes }) => leftBytes >= wish.moreBytes);
  const liked = wish.preferred.find((node) => fitting.some((room) => room.node === node));
  return liked ?? roomiest(fitting)?.node;
}

/** Why no node is chosen, with the figures of the best one. */
export function refusalOf(wish: VolumeWish, field: Field): string {
  const { deviceClass, moreBytes, possible } = wish;
  const best = roomiest(roomsOf(wish, field));
  if (best === undefined)
    return `no device class ${deviceClass} on ${possible === undefined ? "any node" : listed([...possible])}`;
  const { freeBytes, reservedBytes, node } = best;
  const reserved = reservedBytes > 0n ? `, ${formatBytes(reservedBytes, "up")} of it reserved` : "";
  const free = `at most ${formatBytes(freeBytes)} free${reserved}, on node ${node}`;
  return `out of room (${deviceClass}: asked ${formatBytes(moreBytes, "up")}, ${free})`;
}

interface Room {
  readonly node: string;
  readonly freeBytes: bigint;
  readonly reservedBytes: bigint;
  readonly leftBytes: bigint;
}

// nodes that may not be, or do not offer the class, are left out
function roomsOf({ deviceClass, possible }: VolumeWish, { nodes, reserved }: Field): Room[] {
  const rooms: Room[] = [];
  nodes.names.forEach((node, at) => {
    const freeBytes = nodes.supply(at).freeBytes.get(deviceClass);
    if (freeBytes === undefined || possible?.has(node) === false) return;
    const reservedBytes = reserved(at).get(deviceClass) ?? 0n;
    rooms.push({ node, freeBytes, reservedBytes, leftBytes: freeBytes - reservedBytes });
  });
  return rooms;
}

function roomiest(rooms: readonly Room[]): Room | undefined {
  let best: Room | undefined;
  for (const room of rooms) {
    const isBetter = best === undefined || room.leftBytes > best.leftBytes;
    if (isBetter || (room.leftBytes === best?.leftBytes && room.node < best.node)) best = room;
  }
  return best;
}

function listed(nodes: readonly string[]): string {
  return nodes.length > 3 ? `${nodes.slice(0, 3).join(", ")} and ${nodes.length - 3} more nodes` : nodes.join(", ");
}
