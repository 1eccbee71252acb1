import type { ClaimFacts, StorageClassFacts } from "../capacity/demand.ts";
import type { Supply } from "../capacity/supply.ts";

/** What is kept of a node. */
export interface NodeFacts {
  readonly name: string;
  readonly supply: Supply;
  /** Option classes that the node's lvmd offers; undefined where the node does not tell. */
  readonly optionClasses: ReadonlySet<string> | undefined;
  /** Which reading its free bytes are of, where the node tells (docs/adr/0004). */
  readonly generation?: number;
  /** Nobody knows its room any more, and what it says of it has been given up. */
  readonly isUnavailable?: true;
}

/** How far a view can be trusted. */
export interface ViewHealth {
  /** Everything has been read once. */
  readonly synced: boolean;
  /** Milliseconds since the source last confirmed what the view holds; Infinity before the first time. */
  readonly ageMs: number;
}

/**
 * The read model that the domain looks at. Two sources make one: the Kubernetes API and a folder of manifests; both pass
 * the same contract suite.
 */
export interface ClusterView {
  node(name: string): NodeFacts | undefined;
  nodes(): Iterable<NodeFacts>;
  /** As last seen. */
  claim(namespace: string, name: string): ClaimFacts | undefined;
  /** As last seen; undefined asks for the default class (the newest where several are marked, as the API server chooses). */
  storageClass(name: string | undefined): StorageClassFacts | undefined;
  /**
   * Asks the source where the view has no such claim: what was made a moment ago may not have arrived.
   * @throws NativestorError `unavailable` when the source cannot answer
   */
  lookupClaim(namespace: string, name: string): Promise<ClaimFacts | undefined>;
  /** As `lookupClaim`, also where the view has one of this name: another one may have taken its place a moment ago. */
  confirmClaim(namespace: string, name: string): Promise<ClaimFacts | undefined>;
  /** As `lookupClaim`. */
  lookupStorageClass(name: string): Promise<StorageClassFacts | undefined>;
  health(): ViewHealth;
  /** Resolves when everything has been read once; rejects when `signal` aborts first. */
  synced(signal?: AbortSignal): Promise<void>;
  /** Calls `listener` after each change of a node's supply; the answer unsubscribes. */
  onNodeChange(listener: (node: NodeFacts) => void): () => void;
  close(): Promise<void>;
}
