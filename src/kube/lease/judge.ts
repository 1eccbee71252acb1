import type { LeaseRecord } from "./record.ts";

/** A Lease as it was seen, and since when it has been the same, in monotonic milliseconds. */
export interface Sighting {
  readonly record: LeaseRecord;
  readonly sinceMs: number;
}

/** Joins what was just read to what was seen before. Only our own clock counts: those of other machines may be wrong. */
export function sight(record: LeaseRecord, before: Sighting | undefined, nowMs: number): Sighting {
  return before?.record.version === record.version ? { record, sinceMs: before.sinceMs } : { record, sinceMs: nowMs };
}

/** The Lease may be taken: it is nobody's or ours, or its holder has been silent for its whole time. */
export function isFree({ record, sinceMs }: Sighting, identity: string, nowMs: number): boolean {
  if (record.holder === "" || record.holder === identity) return true;
  return nowMs - sinceMs >= record.durationMs;
}
