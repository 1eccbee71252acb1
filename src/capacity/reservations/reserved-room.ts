import { type Bytes, bytesOf } from "../bytes.ts";
import { columnOf } from "../column.ts";
import type { ReservedRoom } from "../field.ts";
import type { Reserved } from "../fit.ts";
import type { Nodes } from "../nodes.ts";
import { sharedColumn, withSharedRoom } from "./shared-room.ts";
import { forOthers, type Standing } from "./standing.ts";
import type { Totals } from "./totals.ts";

/** What is held for others than a pod. */
export interface HeldForOthers {
  readonly on: (node: string) => Reserved;
  /** Nodes on which that is something else than the totals; undefined where it may be so on any. */
  readonly apart: readonly string[] | undefined;
}

/**
 * What is reserved for others on the nodes of a question. Most of it is read from the columns of the totals, without a look at
 * single nodes.
 * @param own what is the pod's among it, or in the figures already
 */
export function reservedRoom(
  nodes: Nodes,
  totals: Pick<Totals, "columns">,
  others: HeldForOthers,
  own: Standing,
): ReservedRoom {
  const { names, found } = nodes;

  function on(at: number): Reserved {
    const node = names[at] ?? "";
    return forOthers(withSharedRoom(others.on(node), nodes.supply(at)), own.get(node));
  }

  function column(deviceClass: string): readonly Bytes[] | undefined {
    const bytesAt = (at: number) => bytesOf(on(at).get(deviceClass) ?? 0n);
    if (found === undefined || others.apart === undefined) return columnOf(names.length, bytesAt);
    const { roster, rows } = found;
    const apart = [...others.apart, ...own.keys()].map((node) => rows.indexOf(roster.rowOf(node)));
    const shared = sharedColumn(deviceClass, nodes, totals.columns(roster), rows);
    if (apart.length === 0) return shared;
    const bytes = shared ?? columnOf(rows.length, () => 0);
    for (const at of apart) if (at !== -1) bytes[at] = bytesAt(at);
    return bytes;
  }

  return { on, column };
}
