import { type Bytes, bytesOf, minus } from "./bytes.ts";
import { nothingReserved, type Reserved } from "./fit.ts";
import { type Nodes, untold } from "./nodes.ts";

/** Nodes with what is reserved on them, as one pod sees them. */
export interface Field {
  readonly nodes: Nodes;
  /** By position: free bytes of a class less what is reserved, or `untold`. */
  readonly left: (deviceClass: string) => readonly Bytes[];
  readonly reserved: (at: number) => Reserved;
}

/** @param reserved by position; undefined where nothing is */
export function fieldOf(nodes: Nodes, reserved: readonly (Reserved | undefined)[] = []): Field {
  const columns = new Map<string, readonly Bytes[]>();
  const held = [...reserved.keys()].filter((at) => reserved[at] !== undefined);

  function leftOf(deviceClass: string): readonly Bytes[] {
    const free = nodes.free(deviceClass);
    if (held.length === 0) return free;
    const left = [...free];
    for (const at of held) {
      const bytes = reserved[at]?.get(deviceClass);
      const before = left[at] ?? untold;
      if (bytes !== undefined && before !== untold) left[at] = minus(before, bytesOf(bytes));
    }
    return left;
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
    reserved: (at) => reserved[at] ?? nothingReserved,
  };
}
