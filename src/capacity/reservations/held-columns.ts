import { type Bytes, bytesOf } from "../bytes.ts";
import type { Roster } from "../roster.ts";

/** What is held by rows of a roster: a column for each class, in which thousands of nodes are compared. */
export interface HeldColumns {
  readonly roster: Roster;
  readonly byClass: ReadonlyMap<string, readonly Bytes[]>;
  /** What is held of a class on a node from now on; a node that is not in the roster is in no question about it either. */
  set(node: string, deviceClass: string, bytes: bigint): void;
}

export function createHeldColumns(roster: Roster): HeldColumns {
  const byClass = new Map<string, Bytes[]>();
  return {
    roster,
    byClass,
    set: (node, deviceClass, bytes) => {
      const row = roster.rowOf(node);
      if (row === -1) return;
      let column = byClass.get(deviceClass);
      if (column === undefined) byClass.set(deviceClass, (column = roster.names.map(() => 0)));
      column[row] = bytesOf(bytes);
    },
  };
}
