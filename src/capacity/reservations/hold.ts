/** How far a promise has come: no choice is visible yet; a claim names its node; a volume is there that the node's figures do not count. */
export type HoldKind = "in-flight" | "placed" | "volume";

/** Room that is promised on one node. */
export interface Hold {
  readonly kind: HoldKind;
  /** `pod NAMESPACE/NAME`, `claim NAMESPACE/NAME` or `volume NAME`. */
  readonly owner: string;
  readonly node: string;
  /** Annotation form. */
  readonly deviceClass: string;
  readonly bytes: bigint;
  /** Since when, in the milliseconds of the ledger's clock. */
  readonly sinceMs: number;
  /** It ends at some time even if nothing happens, and then nobody hears of it. */
  readonly endsByTime: boolean;
}

/** Why a hold ended before what it was for was seen. */
export type EndReason = "bound" | "chosen" | "asked-again";

/** How long a ledger waits for what may never come, in milliseconds. */
export interface Bounds {
  /** From a filter's answer to the first trace of the choice, beyond the scheduler's own lag. */
  readonly inFlightMs: number;
  /** The same again, where several promises in a row have left no trace: the API server may be holding up the scheduler's writes. */
  readonly silentMs: number;
  /** From a filter's answer, however long traces of earlier promises keep coming in. */
  readonly longestInFlightMs: number;
  /** From the end of a claim, or its bond, to its volume, where none had been seen. */
  readonly volumeMs: number;
  /** From the grant of room for a volume to its LogicalVolume: as long as a write to the API server may take. */
  readonly grantedMs: number;
  /** From a volume to figures that contain it, where the node does not tell what it counts. */
  readonly settleMs: number;
  /** Holds that young may be gone in a moment: a pod that they keep out is to be asked about again. */
  readonly youngMs: number;
  /** A pod that comes so long after any other comes in quiet. */
  readonly quietMs: number;
}

export const defaultBounds: Bounds = {
  inFlightMs: 2_000,
  silentMs: 10_000,
  longestInFlightMs: 120_000,
  volumeMs: 10_000,
  grantedMs: 15_000,
  settleMs: 30_000,
  youngMs: 10_000,
  quietMs: 1_000,
};
