import { nothingReserved, type Reserved } from "../fit.ts";
import type { Roster } from "../roster.ts";
import { createHeldColumns, type HeldColumns } from "./held-columns.ts";

/** Room that is held, by node and class. */
export interface Totals {
  /** Holds `bytes` more of a class on a node; negative ones are given back. */
  add(node: string, deviceClass: string, bytes: bigint): void;
  /** Live; what is held no more is not in it. */
  on(node: string): Reserved;
  /** The same by class, and in each by rows of a roster; live. */
  columns(roster: Roster): HeldColumns["byClass"];
  /** Nothing is held anywhere. */
  isEmpty(): boolean;
  /** Notes nodes that were given something back which is not counted here. */
  freed(nodes: readonly string[]): void;
  /** Nodes that were given something back since the last call. */
  takeFreed(): ReadonlySet<string>;
  /** As `takeFreed`, where nobody wants to know. */
  forgetFreed(): void;
}

const none: ReadonlySet<string> = new Set();

/** Nothing is kept of a node without holds, and a change costs the same however many nodes there are. */
export function createTotals(): Totals {
  const byNode = new Map<string, Map<string, bigint>>();
  /** For the roster that was asked for last: there is another one when nodes come or go, and that is rare. */
  let columns: HeldColumns | undefined;
  let freed = new Set<string>();
  let alsoFreed: (readonly string[])[] = [];

  return {
    add: (node, deviceClass, bytes) => {
      let held = byNode.get(node);
      if (held === undefined) byNode.set(node, (held = new Map()));
      const sum = (held.get(deviceClass) ?? 0n) + bytes;
      if (sum === 0n) held.delete(deviceClass);
      else held.set(deviceClass, sum);
      if (held.size === 0) byNode.delete(node);
      if (byNode.size === 0) columns = undefined;
      else columns?.set(node, deviceClass, sum);
      if (bytes < 0n) freed.add(node);
    },
    on: (node) => byNode.get(node) ?? nothingReserved,
    columns: (roster) => {
      if (columns?.roster === roster) return columns.byClass;
      columns = createHeldColumns(roster);
      for (const [node, held] of byNode) for (const [deviceClass, bytes] of held) columns.set(node, deviceClass, bytes);
      return columns.byClass;
    },
    isEmpty: () => byNode.size === 0,
    freed: (nodes) => void alsoFreed.push(nodes),
    takeFreed: () => {
      if (freed.size === 0 && alsoFreed.length === 0) return none;
      const taken = freed;
      for (const nodes of alsoFreed) for (const node of nodes) taken.add(node);
      freed = new Set();
      alsoFreed = [];
      return taken;
    },
    forgetFreed: () => {
      freed.clear();
      alsoFreed = [];
    },
  };
}
