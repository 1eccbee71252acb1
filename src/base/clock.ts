/** Time as an argument, so that tests can turn it. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch: for what people and other machines read. */
  now(): number;
  /** Monotonic milliseconds: for measuring and for bounds. */
  monotonic(): number;
  /** Calls `run` once after `delayMs`; the answer cancels it. Does not keep the process alive. */
  after(delayMs: number, run: () => void): () => void;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
