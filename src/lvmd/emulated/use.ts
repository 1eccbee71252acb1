/** What of a pool is really used. */
export interface PoolUse {
  readonly dataBytes: bigint;
  readonly metadataBytes: bigint;
}

/** Real use of emulated pools: nothing is ever written to them, so that who wants them used says so. */
export interface EmulatedUse {
  of(group: string, pool: string): PoolUse;
  set(group: string, pool: string, use: PoolUse): void;
  /** Hears of each `set`; the answer unsubscribes. */
  listen(listener: (group: string) => void): () => void;
}

const unused: PoolUse = { dataBytes: 0n, metadataBytes: 0n };

/** Pools that are empty until somebody says otherwise. */
export function createUse(): EmulatedUse {
  const uses = new Map<string, PoolUse>();
  const listeners = new Set<(group: string) => void>();
  return {
    of: (group, pool) => uses.get(`${group}/${pool}`) ?? unused,
    set: (group, pool, use) => {
      uses.set(`${group}/${pool}`, use);
      for (const listener of listeners) listener(group);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
