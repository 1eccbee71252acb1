import type { Bounds } from "./hold.ts";

/** The time in which promises of a predecessor come to light. */
export interface Takeover {
  begin(nowMs: number): void;
  /** A claim names a node that nobody here let its pod through to. */
  stranger(nowMs: number): void;
  /** While the cluster cannot be followed it does not end: what would come to light cannot be seen. */
  isUnderWay(nowMs: number, isFollowing: boolean): boolean;
  /** As things stand, it has not ended yet. */
  isOpen(nowMs: number): boolean;
}

/**
 * What a predecessor let through may not be visible yet, and is visible at the latest by the bound of a promise in flight. As long
 * as choices come to light that are not ours, the scheduler is behind with writing them down, and more may come.
 */
export function createTakeover({ inFlightMs, longestInFlightMs }: Bounds): Takeover {
  let beganAtMs = -Infinity;
  let untilMs = -Infinity;
  return {
    begin: (nowMs) => {
      beganAtMs = nowMs;
      untilMs = nowMs + inFlightMs;
    },
    stranger: (nowMs) => {
      if (nowMs < untilMs) untilMs = Math.min(nowMs + inFlightMs, beganAtMs + longestInFlightMs);
    },
    isOpen: (nowMs) => nowMs < untilMs,
    isUnderWay: (nowMs, isFollowing) => {
      if (nowMs >= untilMs) return false;
      if (!isFollowing) untilMs = Math.max(untilMs, nowMs + inFlightMs);
      return true;
    },
  };
}
