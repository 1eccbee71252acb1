import type { Demand } from "../demand.ts";
import type { Nodes } from "../nodes.ts";
import type { Books } from "./books.ts";
import { restOf } from "./expected.ts";
import { growthOf, sumOf } from "./standing.ts";
import { takenBytes } from "./unit.ts";
import { type Grant, nodeFor, refusalOf, type VolumeWish } from "./wish.ts";

/**
 * Gives a volume room that no pod asked for, on one of the nodes, and holds it there until the volume is told of. Asked again
 * about a name, what was given before is taken back. What is due has been ended.
 */
export function grantOf(wish: VolumeWish, nodes: Nodes, books: Books, nowMs: number): Grant {
  const { name, deviceClass, moreBytes, wantedBytes, isNew } = wish;
  const { expected, promises } = books;
  expected.askedAgain(wish);
  const known = promises.volumeOf(name);
  const own = isNew ? sumOf(promises.placedFor(name)) : growthOf(known);
  const field = books.field("", own, nodes);
  const node = nodeFor(wish, field);
  if (node === undefined) {
    const isPassing = books.isPassing(field, new Map([[deviceClass, moreBytes]]), nowMs);
    return { refusal: refusalOf(wish, field), isPassing };
  }
  const demand: Demand = new Map([[deviceClass, takenBytes(moreBytes)]]);
  const bytes = restOf(demand, own.get(node), deviceClass);
  expected.begin({ name, node, deviceClass, bytes, wantedBytes, isNew, formerUid: known?.uid }, nowMs);
  return { node };
}
