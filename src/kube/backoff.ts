/** Growing waits between attempts. */
export interface Backoff {
  /** Milliseconds to wait before the next attempt. */
  next(): number;
  /** After a success. */
  reset(): void;
}

/** The first and the longest wait, in milliseconds. */
export interface BackoffBounds {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Low, so that the view is right within seconds after an API server came back; a few watches load nobody. */
const watchBounds: BackoffBounds = { firstMs: 250, longestMs: 5_000 };

/** Doubles from the first to the longest wait, each shortened by up to half at random, so that replicas do not come all at once. */
export function createBackoff(random: () => number, { firstMs, longestMs }: BackoffBounds = watchBounds): Backoff {
  let attempt = 0;
  return {
    next: () => {
      const wait = Math.min(longestMs, firstMs * 2 ** attempt);
      attempt += 1;
      return wait * (1 - random() / 2);
    },
    reset: () => {
      attempt = 0;
    },
  };
}
