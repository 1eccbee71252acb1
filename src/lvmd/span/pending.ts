/** Room that volumes take which are being made now, by the class of one group. */
export interface Pending {
  of(className: string): bigint;
  /** The answer gives it back. */
  take(className: string, bytes: bigint): () => void;
}

export function createPending(): Pending {
  const taken = new Map<string, bigint>();
  const of = (className: string) => taken.get(className) ?? 0n;
  return {
    of,
    take: (className, bytes) => {
      taken.set(className, of(className) + bytes);
      return () => void taken.set(className, of(className) - bytes);
    },
  };
}
