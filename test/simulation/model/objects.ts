import type { Counted } from "../../../src/capacity/counted.ts";

/** The cluster's objects, as far as anybody in the model looks at them. */
export interface Kinds {
  readonly pod: Pod;
  readonly claim: Claim;
  readonly volume: Volume;
  readonly node: Node;
}

export type Kind = keyof Kinds;

export interface Pod {
  readonly name: string;
  readonly claims: readonly string[];
  /** Nodes that its affinity allows. */
  readonly allowed: readonly string[];
  readonly scheduler: number;
  readonly createdMs: number;
  /** What admission wrote on it, by class. */
  readonly annotated: ReadonlyMap<string, bigint>;
  readonly node: string | undefined;
}

export interface Claim {
  readonly name: string;
  readonly uid: string;
  readonly deviceClass: string;
  readonly bytes: bigint;
  readonly node: string | undefined;
  readonly bound: boolean;
  /** It waits for no pod. */
  readonly isImmediate: boolean;
}

export interface Volume {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly deviceClass: string;
  readonly wantedBytes: bigint;
  readonly currentBytes: bigint | undefined;
  readonly hasFailed: boolean;
  readonly counted: Counted | undefined;
  readonly isLeaving: boolean;
  /** On the only node that was possible: lvmd was asked whether there is room, which nobody had promised. */
  readonly isTry: boolean;
}

export interface Node {
  readonly name: string;
  readonly free: ReadonlyMap<string, bigint>;
  readonly generation: number | undefined;
}
