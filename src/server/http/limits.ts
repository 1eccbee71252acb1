/** Bounds on what one client can hold, in milliseconds unless the name says otherwise. */
export interface Limits {
  /** For a TLS handshake. */
  readonly handshakeMs: number;
  /** From the first byte of a request to the end of its head. */
  readonly headMs: number;
  /** From the first byte of a request to its last. */
  readonly requestMs: number;
  /** How long an unused connection stays open. Longer than the 90 s after which Go's clients drop theirs, so that no
   * request meets a connection that is just being closed. */
  readonly keepAliveMs: number;
  /** Without any byte in either direction. */
  readonly silentMs: number;
  /** How often `headMs` and `requestMs` are checked. */
  readonly checkEveryMs: number;
  readonly maxConnections: number;
  /** Of a request's head, in bytes. */
  readonly maxHeadBytes: number;
}

export const defaultLimits: Limits = {
  handshakeMs: 10_000,
  headMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 100_000,
  silentMs: 120_000,
  checkEveryMs: 1000,
  maxConnections: 2000,
  maxHeadBytes: 16 << 10,
};
