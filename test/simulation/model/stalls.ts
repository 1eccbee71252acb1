import type { Dice } from "./dice.ts";
import type { Timeline } from "./timeline.ts";

/** Times in which the API server takes no writes, while its watches stay open and silent: its store is slow, or it is. */
export interface Stalls {
  begin(forMs: number): void;
  /** How long a write that begins now takes, of such that take so long at most. */
  writeMs(atMostMs: number): number;
  /** What a service that asks the API server four times a second finds; see src/kube/promptness.ts. */
  isNoticed(): boolean;
}

const noticedAfterMs = 750;
const countsForMs = 500;

export function createStalls(time: Timeline, dice: Dice): Stalls {
  let sinceMs = -Infinity;
  let untilMs = -Infinity;
  return {
    begin: (forMs) => {
      if (time.nowMs >= untilMs) sinceMs = time.nowMs;
      untilMs = Math.max(untilMs, time.nowMs + forMs);
    },
    writeMs: (atMostMs) => Math.max(0, untilMs - time.nowMs) + dice.whole(1, atMostMs),
    isNoticed: () => {
      const { nowMs } = time;
      return nowMs >= sinceMs + noticedAfterMs && nowMs < untilMs + countsForMs && untilMs - sinceMs > noticedAfterMs;
    },
  };
}
