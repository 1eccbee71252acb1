import { defaultClass } from "../device-class.ts";
import type { Demand } from "../demand.ts";
import type { Reserved } from "../fit.ts";
import type { Supply } from "../supply.ts";

/**
 * What is held on a node, with the room that two names share: the default class is published under its own name and as
 * `00default`, and nothing says which name that is. The two always have the same free bytes, so that a class with
 * as many is taken to be the one; a mistake holds too much.
 */
export function withSharedRoom(held: Reserved, supply: Supply, demand: Demand): Reserved {
  if (!held.has(defaultClass) && !demand.has(defaultClass)) return held;
  if (held.size === 0 || !supply.freeBytes.has(defaultClass)) return held;
  const free = supply.freeBytes.get(defaultClass);
  const own = held.get(defaultClass) ?? 0n;
  const shared = new Map(held);
  let others = 0n;
  for (const [deviceClass, bytes] of supply.freeBytes) {
    if (deviceClass === defaultClass || bytes !== free) continue;
    const heldBytes = held.get(deviceClass) ?? 0n;
    others += heldBytes;
    if (own > 0n) shared.set(deviceClass, heldBytes + own);
  }
  if (others > 0n) shared.set(defaultClass, own + others);
  return shared;
}
