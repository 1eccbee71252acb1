import type { Endpoint } from "./connection.ts";

/** Let so many pods live, one after the other, and ask the service there for a place for each. */
export interface ChurnAsk {
  readonly endpoint: Endpoint;
  readonly pods: number;
}

export interface ChurnReport {
  /** Pods so far. */
  readonly born: number;
  /** Pods of this ask that were given no node. */
  readonly refused: number;
}
