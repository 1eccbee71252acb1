import { type Bytes, minus } from "./bytes.ts";
import { columnOf } from "./column.ts";
import { nothingReserved, type Reserved } from "./fit.ts";
import { type Nodes, untold } from "./nodes.ts";

/** Nodes with what is reserved on them, as one pod sees them; as things stand when it is asked, so it is to be asked before anything is promised. */
export interface Field {
  readonly nodes: Nodes;
  /** By position: free bytes of a class less what is reserved, or `untold`. */
  readonly left: (deviceClass: string) => readonly Bytes[];
  readonly reserved: (at: number) => Reserved;
}

/** What is reserved on the nodes of one question as things stand: the same, node by node and class by class. */
export interface ReservedRoom {
  readonly on: (at: number) => Reserved;
  /** Bytes by position; undefined where nothing of the class is reserved on any node. */
  readonly column: (deviceClass: string) => readonly Bytes[] | undefined;
}

function leftAt(free: Bytes, held: Bytes): Bytes {
  return free === untold ? untold : minus(free, held);
}

const nothingAnywhere: ReservedRoom = { on: () => nothingReserved, column: () => undefined };

export function fieldOf(nodes: Nodes, reserved: ReservedRoom = nothingAnywhere): Field {
  const columns = new Map<string, readonly Bytes[]>();

  function leftOf(deviceClass: string): readonly Bytes[] {
    const free = nodes.free(deviceClass);
    const held = reserved.column(deviceClass);
    if (held === undefined) return free;
    return columnOf(free.length, (at) => leftAt(free[at] ?? untold, held[at] ?? 0));
  }

  return {
    nodes,
    left: (deviceClass) => {
      const known = columns.get(deviceClass);
      if (known !== undefined) return known;
      const left = leftOf(deviceClass);
      columns.set(deviceClass, left);
      return left;
    },
    reserved: reserved.on,
  };
}
