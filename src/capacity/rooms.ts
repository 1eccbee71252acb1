import type { Bytes } from "./bytes.ts";
import { columnOf } from "./column.ts";
import { type AskedNode, freeOf, noSupply, type Nodes, untold } from "./nodes.ts";
import { createRoster, type Found, type Roster } from "./roster.ts";
import type { Supply } from "./supply.ts";

/** The room of a set of nodes, by rows of a roster: a column for each class. */
export interface Rooms {
  readonly roster: Roster;
  /** What a node offers now; false for one that is not in the roster. */
  set(name: string, supply: Supply): boolean;
  /**
   * The nodes of these names as they are now, and only until the next `set`; one that is not known offers nothing.
   * @param found where the names have been looked for already
   */
  nodes(names: readonly string[], found?: Found): Nodes;
}

/** @param all each name once */
export function createRooms(all: readonly AskedNode[]): Rooms {
  const roster = createRoster(all.map(({ name }) => name));
  const supplies = all.map(({ supply }) => supply);
  const columns = new Map<string, Bytes[]>();

  function columnFor(deviceClass: string): readonly Bytes[] {
    const known = columns.get(deviceClass);
    if (known !== undefined) return known;
    const column = supplies.map((supply) => freeOf(supply, deviceClass));
    // whatever pods ask for, there are no more columns than classes that nodes offer
    if (column.some((free) => free !== untold)) columns.set(deviceClass, column);
    return column;
  }

  return {
    roster,
    set: (name, supply) => {
      const row = roster.rowOf(name);
      if (row === -1) return false;
      supplies[row] = supply;
      for (const [deviceClass, column] of columns) column[row] = freeOf(supply, deviceClass);
      return true;
    },
    nodes: (names, found) => {
      // nodes may have come or gone since
      const rows = found?.roster === roster ? found.rows : names.map((name) => roster.rowOf(name));
      return {
        names,
        found: { roster, rows },
        supply: (at) => supplies[rows[at] ?? -1] ?? noSupply,
        free: (deviceClass) => {
          const column = columnFor(deviceClass);
          return columnOf(rows.length, (at) => column[rows[at] ?? -1] ?? untold);
        },
      };
    },
  };
}
