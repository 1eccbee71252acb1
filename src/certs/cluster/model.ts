import type { X509Certificate } from "node:crypto";

/** A certificate and its private key. */
export interface Pair {
  readonly x509: X509Certificate;
  /** PEM. */
  readonly key: string;
}

/** Authorities of a cluster: who signs, who will, and who did. */
export interface Authorities {
  readonly signer: Pair;
  /** Is trusted already and signs nothing yet. */
  readonly next: Pair | undefined;
  /** Sign nothing any more, and stay trusted for as long as what they have signed may be in use. */
  readonly former: readonly X509Certificate[];
  /** Until when that is; undefined until each of them ends by itself. */
  readonly formerUntilMs: number | undefined;
}

/** A certificate that the authorities have issued, as it stands in its Secret. */
export interface Leaf extends Pair {
  /** PEM of the authorities beside it. */
  readonly bundle: string;
}

/** What a Secret was found to hold. */
export type Found<T> =
  | { readonly state: "absent" }
  /** Somebody else's: it stays as it is. */
  | { readonly state: "foreign"; readonly because: string }
  /** Ours by its label, and of no use. */
  | { readonly state: "broken"; readonly because: string; readonly bundle: string }
  | { readonly state: "good"; readonly content: T };

/** The certificates that are kept: what `serve` shows, and what a scheduler shows to it. */
export const leafNames = ["server", "scheduler"] as const;
export type LeafName = (typeof leafNames)[number];

/** All that decides what is to be done. */
export interface Observed {
  readonly authorities: Found<Authorities>;
  readonly leaves: Readonly<Record<LeafName, Found<Leaf>>>;
  /** PEM in the caBundle of each webhook; empty where there is none yet. */
  readonly bundles: readonly string[];
  /** For how long the bundles have been seen as they are now. */
  readonly bundlesUnchangedMs: number;
}

/** How long certificates live, in milliseconds. */
export interface Lives {
  readonly authorityMs: number;
  readonly leafMs: number;
  /** How long an API server may take to use a bundle that was written. */
  readonly settleMs: number;
}

/** What certificates shall be. */
export interface Wishes {
  readonly hosts: Readonly<Record<LeafName, readonly string[]>>;
  readonly lives: Lives;
}
