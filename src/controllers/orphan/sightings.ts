/** Since when something has been seen at every look. */
export interface Sightings {
  /** Notes what is seen now and forgets the rest; answers what has been seen for the whole grace time. */
  see<T extends { readonly key: string }>(seen: readonly T[], nowMs: number): T[];
}

/** @param graceMs how long something has to be seen without a break; monotonic milliseconds */
export function createSightings(graceMs: number): Sightings {
  let since = new Map<string, number>();
  return {
    see: (seen, nowMs) => {
      since = new Map(seen.map(({ key }) => [key, since.get(key) ?? nowMs]));
      return seen.filter(({ key }) => nowMs - (since.get(key) ?? nowMs) >= graceMs);
    },
  };
}
