import type { Placement } from "../config/device-class.ts";
import type { GroupState } from "../storage.ts";

type Room = Pick<GroupState, "volumeGroup" | "freeBytes">;

/**
 * Volume groups of a class in the order in which a new volume tries them: those with room for it by the class's placement,
 * then the others, largest room first, for what is told as free leaves spare room out that a volume may still take.
 */
export function orderGroups(rooms: readonly Room[], sizeBytes: bigint, placement: Placement): string[] {
  const byRoom = [...rooms].sort((a, b) => compare(b.freeBytes, a.freeBytes) || compare(a.volumeGroup, b.volumeGroup));
  const fitting = byRoom.filter(({ freeBytes }) => freeBytes >= sizeBytes);
  const others = byRoom.filter(({ freeBytes }) => freeBytes < sizeBytes);
  const chosen = placement === "best" ? fitting.toReversed() : fitting;
  return [...chosen, ...others].map(({ volumeGroup }) => volumeGroup);
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
