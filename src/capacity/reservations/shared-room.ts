import { type Bytes, plus } from "../bytes.ts";
import { columnOf } from "../column.ts";
import { defaultClass } from "../device-class.ts";
import type { Reserved } from "../fit.ts";
import { type Nodes, untold } from "../nodes.ts";
import type { Supply } from "../supply.ts";

/**
 * What is held on a node, with the room that two names share: the default class is published under its own name and as
 * `00default`, and nothing says which name that is. The two always have the same free bytes, so that a class with
 * as many is taken to be the one; a mistake holds too much.
 */
export function withSharedRoom(held: Reserved, supply: Supply): Reserved {
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

/**
 * The same for one class and all nodes of a question, by position; undefined where nothing counts.
 * @param held by class, and in each by the row of a node
 * @param rows of the nodes
 */
export function sharedColumn(
  deviceClass: string,
  nodes: Pick<Nodes, "free">,
  held: ReadonlyMap<string, readonly Bytes[]>,
  rows: readonly number[],
): Bytes[] | undefined {
  const sharing = [...held].filter(
    ([other]) => other !== deviceClass && (other === defaultClass || deviceClass === defaultClass),
  );
  const own = held.get(deviceClass);
  if (own === undefined && sharing.length === 0) return undefined;
  const sum = columnOf(rows.length, (at) => own?.[rows[at] ?? -1] ?? 0);
  for (const [other, column] of sharing) {
    const [ours, theirs] = [nodes.free(deviceClass), nodes.free(other)];
    for (let at = 0; at < sum.length; at += 1)
      if (ours[at] !== untold && ours[at] === theirs[at]) sum[at] = plus(sum[at] ?? 0, column[rows[at] ?? -1] ?? 0);
  }
  return sum;
}
