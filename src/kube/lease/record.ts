import { versionOf } from "../resource.ts";

/** What a Lease (coordination.k8s.io/v1) says. */
export interface LeaseRecord {
  /** Empty where it was given back. */
  readonly holder: string;
  /** How long the holder may be silent. */
  readonly durationMs: number;
  /** How often it has changed hands. */
  readonly transitions: number;
  readonly acquireTime: string | undefined;
  readonly version: string;
}

/** Reads a Lease; what is missing or of a wrong type counts as nobody's. */
export function readLease(json: unknown): LeaseRecord {
  const spec = (json as { spec?: Readonly<Record<string, unknown>> | null } | null)?.spec ?? {};
  const { holderIdentity, leaseDurationSeconds, leaseTransitions, acquireTime } = spec;
  return {
    holder: typeof holderIdentity === "string" ? holderIdentity : "",
    durationMs: typeof leaseDurationSeconds === "number" ? leaseDurationSeconds * 1000 : 0,
    transitions: typeof leaseTransitions === "number" ? leaseTransitions : 0,
    acquireTime: typeof acquireTime === "string" ? acquireTime : undefined,
    version: versionOf(json) ?? "",
  };
}

/** Who writes a Lease, and under which name. */
export interface Candidate {
  readonly namespace: string;
  readonly name: string;
  /** Unique among the candidates, and over restarts. */
  readonly identity: string;
  readonly durationMs: number;
}

/** The Lease in the candidate's hands. With the version that it was seen in, the API server refuses it (409) where it has changed since. */
export function heldLease(candidate: Candidate, before: LeaseRecord | undefined, now: number): unknown {
  const isMine = before?.holder === candidate.identity;
  const time = microTime(now);
  return lease(candidate, before, {
    holderIdentity: candidate.identity,
    leaseDurationSeconds: Math.ceil(candidate.durationMs / 1000),
    acquireTime: isMine ? (before.acquireTime ?? time) : time,
    renewTime: time,
    leaseTransitions: (before?.transitions ?? 0) + (isMine || before === undefined ? 0 : 1),
  });
}

/** The Lease given back: anybody may take it at once. */
export function freeLease(candidate: Candidate, before: LeaseRecord, now: number): unknown {
  return lease(candidate, before, {
    holderIdentity: "",
    leaseDurationSeconds: 1,
    renewTime: microTime(now),
    leaseTransitions: before.transitions,
  });
}

function lease({ namespace, name }: Candidate, before: LeaseRecord | undefined, spec: unknown): unknown {
  const metadata = { namespace, name, ...(before !== undefined && { resourceVersion: before.version }) };
  return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
}

/** A time of the API's type MicroTime. */
export function microTime(now: number): string {
  return new Date(now).toISOString().replace("Z", "000Z");
}
