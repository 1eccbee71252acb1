import type { Clock } from "../../src/base/clock.ts";

/** Time that only a test moves. */
export interface TurnedClock extends Clock {
  /** Moves time on and runs what falls due, in order. */
  turn(ms: number): void;
  /** Timers that wait. */
  readonly pending: number;
}

export function turnedClock(startMs = 1_000): TurnedClock {
  let now = startMs;
  const timers = new Set<{ at: number; run: () => void }>();
  const due = (until: number) => [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    monotonic: () => now,
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    turn: (ms) => {
      const until = now + ms;
      for (let timer = due(until); timer !== undefined; timer = due(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.run();
      }
      now = until;
    },
    get pending() {
      return timers.size;
    },
  };
}
