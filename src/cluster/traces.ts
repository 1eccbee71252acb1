import type { ClaimFacts } from "../capacity/demand.ts";
import type { CountedVolume } from "./objects/counted.ts";
import type { NodeFacts } from "./view.ts";

/** Told of each change, with the object before and after; undefined stands for none. */
export interface TraceListener {
  readonly node: (before: NodeFacts | undefined, after: NodeFacts | undefined) => void;
  readonly claim: (before: ClaimFacts | undefined, after: ClaimFacts | undefined) => void;
  readonly volume: (before: CountedVolume | undefined, after: CountedVolume | undefined) => void;
  /** StorageClasses changed: claims may be ours that were not. */
  readonly classes: () => void;
  /** Something is promised whose trace has still to come. */
  readonly isWaiting: () => boolean;
}

/** What becomes of promises: claims that name a node, volumes, and every publication of a node, also one with the same bytes. */
export interface Traces {
  claims(): Iterable<ClaimFacts>;
  volumes(): Iterable<CountedVolume>;
  /** There are LogicalVolumes in this cluster, as far as is known. */
  hasVolumes(): boolean;
  /** Watches of all of it are open, and the source is not slow while something is waited for: what happens is seen as it happens. */
  isFollowing(): boolean;
  /** Resolves when all has been read once. */
  whenSynced(): Promise<void>;
  /** One listener at a time. The answer unsubscribes. */
  listen(listener: TraceListener): () => void;
}
