import type { Totals } from "./totals.ts";

/** Tells of nodes that were given room back. */
export interface Freed {
  /** Tells what has been given back since the last time. */
  tell(): void;
  /** Calls `listener` with such nodes; the answer unsubscribes. */
  listen(listener: (nodes: ReadonlySet<string>) => void): () => void;
}

export function createFreed(totals: Pick<Totals, "takeFreed" | "forgetFreed">): Freed {
  const listeners = new Set<(nodes: ReadonlySet<string>) => void>();
  return {
    tell: () => {
      if (listeners.size === 0) return totals.forgetFreed();
      const freed = totals.takeFreed();
      if (freed.size > 0) for (const listener of listeners) listener(freed);
    },
    listen: (listener) => {
      const own = (nodes: ReadonlySet<string>) => listener(nodes);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
